import { readBounded } from '#common/bodies/index.ts'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { cidOfBlob } from '#common/records/index.ts'
import { maxReadmeBytes } from '#common/tarball/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import { shownText } from './shown-text.ts'
import type { WantedReadme } from './wanted-readmes.ts'

const timeoutMs = 15_000

/**
 * What the signed record names, and nothing else the PDS may answer.
 * @throws ComponentUnavailable, IntegrityMismatch, BodyTooLarge
 */
export async function fetchReadme(host: PeerClient, wanted: WantedReadme, signal: AbortSignal): Promise<string> {
  const { org: did, name, cid } = wanted
  const response = await host.fetch(atproto.getBlob, { did, cid }, { timeoutMs, signal })
  const bytes = await readBounded(response.body, maxReadmeBytes)
  if (cidOfBlob(sha256(bytes)) !== cid) throw new AtollError('IntegrityMismatch', { package: `the README of ${name}` })
  return shownText(bytes)
}
