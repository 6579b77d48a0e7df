import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import type { GatewayContext } from '../../context.ts'
import { chunksOf } from './chunks-of.ts'
import type { ServableTarball } from './servable-tarball.ts'

const downloadTimeoutMs = 120_000
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
  const about = { package: name, version, maxBytes: maxUpstreamBytes }
  const download = async () => {
    const nsid = app.npm.registry.getUpstreamTarball.$nsid
    return chunksOf(await peers.appview.fetch(nsid, { name, file }, { timeoutMs: downloadTimeoutMs }), 'AppView')
  }
  // Old packages have a SHA-1 at most: the AppView checks it, and what they really are is found out on the way.
  if (integrity?.includes('sha512-') !== true) {
    return { integrity: undefined, open: () => tarballs.openUnknown(about, download) }
  }
  return { integrity, open: () => tarballs.open({ ...about, integrity }, download) }
}
