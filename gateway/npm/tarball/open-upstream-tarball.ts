import type { DidString } from '@atproto/syntax'
import { refusalOf } from '#common/policy/index.ts'
import { app } from '#lexicons'
import { arrivingFrom } from '../../cache/index.ts'
import type { GatewayContext } from '../../context.ts'
import { upstreamOrigin } from '../../downloads/index.ts'
import type { ServableTarball } from './servable-tarball.ts'

// As long as the AppView gives upstream.
const downloadTimeoutMs = 10 * 60_000
const maxUpstreamBytes = 500 * 2 ** 20

/** The verdict is asked for each time, of what is in the cache, too; the AppView says as well what the bytes must be. */
export async function openUpstreamTarball(
  { lookup, tarballs, peers, config }: Pick<GatewayContext, 'lookup' | 'tarballs' | 'peers' | 'config'>,
  { name, file, did }: { name: string; file: string; did?: DidString | undefined },
): Promise<ServableTarball> {
  const { version, integrity, verdict } = await lookup.upstreamVersion({ name, file, did })
  if (verdict.kind !== 'allow')
    throw refusalOf({ name, version, verdict, gatewayUrl: config.network.publicUrls.gateway })
  const expected = { package: name, version, integrity, maxBytes: maxUpstreamBytes }
  const download = async () => {
    const nsid = app.npm.registry.getUpstreamTarball.$nsid
    const params = { name, file, ...(did === undefined ? {} : { did }) }
    return arrivingFrom(await peers.appview.fetch(nsid, params, { timeoutMs: downloadTimeoutMs }), 'AppView')
  }
  return { origin: upstreamOrigin, expected, warnings: verdict.warnings, open: () => tarballs.open(expected, download) }
}
