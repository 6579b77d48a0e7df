import { readBounded } from '#common/bodies/index.ts'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { cidOfBlob } from '#common/records/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'

const timeoutMs = 15_000

interface NamedBlob {
  org: string
  cid: string
  /** For messages: "the README of @acme/ui". */
  what: string
  maxBytes: number
}

/**
 * What the signed record names, and nothing else the PDS may answer.
 * @throws ComponentUnavailable, IntegrityMismatch, BodyTooLarge
 */
export async function fetchBlob(host: PeerClient, blob: NamedBlob, signal: AbortSignal): Promise<Uint8Array> {
  const { org: did, cid, what, maxBytes } = blob
  const response = await host.fetch(atproto.getBlob, { did, cid }, { timeoutMs, signal })
  const bytes = await readBounded(response.body, maxBytes)
  if (cidOfBlob(sha256(bytes)) !== cid) throw new AtollError('IntegrityMismatch', { package: what })
  return bytes
}
