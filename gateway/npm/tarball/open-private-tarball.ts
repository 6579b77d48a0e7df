import type { DidString } from '@atproto/syntax'
import { refusalOf } from '#common/policy/index.ts'
import { atproto } from '#lexicons'
import { arrivingWhole } from '../../cache/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { WantedVersion } from '../../lookup/index.ts'
import type { ServableTarball } from './servable-tarball.ts'

const downloadTimeoutMs = 120_000

/** Permission and verdict are asked for each time; the proof once; the bytes come from the org PDS by CID. */
export async function openPrivateTarball(
  {
    lookup,
    proofs,
    tarballs,
    peers,
    config,
  }: Pick<GatewayContext, 'lookup' | 'proofs' | 'tarballs' | 'peers' | 'config'>,
  wanted: WantedVersion,
): Promise<ServableTarball> {
  const { org, name, version } = wanted
  const view = await lookup.version(wanted)
  const { verdict } = view
  if (verdict.kind !== 'allow')
    throw refusalOf({ name, version, verdict, gatewayUrl: config.network.publicUrls.gateway })
  // What was asked for, and not what the AppView may have answered instead.
  const { integrity, size, tarballCid } = await proofs.pass({ ...view, org: org as DidString, name, version })
  const expected = { package: name, version, integrity, maxBytes: size, blobCid: tarballCid }
  const download = async () => {
    const blob = { did: org, cid: tarballCid }
    const response = await peers.org.fetch(atproto.getBlob, blob, { timeoutMs: downloadTimeoutMs })
    return arrivingWhole(response, 'org PDS', { package: name, version, size })
  }
  return { origin: org, expected, warnings: verdict.warnings, open: () => tarballs.open(expected, download) }
}
