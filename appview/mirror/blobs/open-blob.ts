import { createHash } from 'node:crypto'
import { fromString } from '@atcute/cid'
import { AtollError } from '#common/errors/index.ts'
import type { Outbound } from '#common/outbound/index.ts'
import { atproto } from '#lexicons'
import type { PublicNetworkConfig } from '../config.ts'
import type { PublicDirectory } from '../context.ts'
import type { BlobAddress } from '../packages/blob-address.ts'

/** A PDS that sends a byte a minute is as good as one that is away. */
const bytesPerMs = 500

export interface BlobSource {
  identities: PublicDirectory
  outbound: Outbound
  config: Pick<PublicNetworkConfig, 'patienceMs'>
  /** Aborts when the AppView stops. */
  stopping: AbortSignal
}

/**
 * The bytes of a blob from the PDS at which its account is now, held to CID and size as they pass: whoever reads never gets the end of a
 * wrong file.
 * @param about for messages
 * @throws NotFound, UpstreamUnavailable; IntegrityMismatch in place of the last piece
 */
export async function openBlob(
  { identities, outbound, config, stopping }: BlobSource,
  { did, cid, size }: BlobAddress,
  about: { package: string; version?: string },
): Promise<AsyncGenerator<Uint8Array>> {
  const account = await identities.resolve(did)
  if (account === undefined) throw new AtollError('UpstreamUnavailable', { ...about, reason: `${did} is not known` })
  const address = `${account.pds}/xrpc/${atproto.getBlob}?${new URLSearchParams({ did, cid })}`
  const timeoutMs = config.patienceMs + Math.ceil(size / bytesPerMs)
  const headers = { 'accept-encoding': 'identity' }
  const response = await outbound.fetch(address, {
    ...{ maxBytes: size, timeoutMs, headers, about },
    discovered: true,
    signal: stopping,
  })
  if (response.status === 200) return ofCid(response.body, { cid, size }, about)
  response.body.destroy()
  // PDSes answer 400 for a blob they do not have.
  if ([400, 404, 410].includes(response.status)) throw new AtollError('NotFound', about)
  throw new AtollError('UpstreamUnavailable', { ...about, reason: `its PDS answers ${response.status}` })
}

/** Holds the last piece back until the CID is right. */
async function* ofCid(
  body: AsyncIterable<Uint8Array>,
  { cid, size }: Pick<BlobAddress, 'cid' | 'size'>,
  about: { package: string; version?: string },
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let received = 0
  let held: Uint8Array | undefined
  for await (const chunk of body) {
    hash.update(chunk)
    received += chunk.length
    if (held !== undefined) yield held
    held = chunk
  }
  const digest = fromString(cid).digest.contents
  if (received !== size || !hash.digest().equals(digest)) throw new AtollError('IntegrityMismatch', about)
  if (held !== undefined) yield held
}
