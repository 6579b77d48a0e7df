import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import type { GatewayContext } from '../../context.ts'
import { upstreamOrigin } from '../../downloads/index.ts'
import { arrivingFrom } from './arriving-from.ts'
import type { ServableTarball } from './servable-tarball.ts'

// As long as the AppView gives upstream.
const downloadTimeoutMs = 10 * 60_000
const maxUpstreamBytes = 500 * 2 ** 20

/**
 * The packument says which file this is and what its bytes must be; it holds only what may be installed, so the checks
 * are those of the packument.
 */
export async function openUpstreamTarball(
  { packuments, tarballs, peers }: Pick<GatewayContext, 'packuments' | 'tarballs' | 'peers'>,
  { name, file, viewer }: { name: string; file: string; viewer: string },
): Promise<ServableTarball> {
  const packument = await packuments.get({ name, source: 'upstream', form: 'abbreviated', viewer })
  const known = (await packument.files()).get(file)
  if (known === undefined) throw new AtollError('NotFound', { package: file })
  const { version, integrity } = known
  const expected = { package: name, version, integrity, maxBytes: maxUpstreamBytes }
  const download = async () => {
    const nsid = app.npm.registry.getUpstreamTarball.$nsid
    return arrivingFrom(await peers.appview.fetch(nsid, { name, file }, { timeoutMs: downloadTimeoutMs }), 'AppView')
  }
  return { origin: upstreamOrigin, expected, open: () => tarballs.open(expected, download) }
}
