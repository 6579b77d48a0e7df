import { CidLinkWrapper, decode, encode } from '@atcute/cbor'
import { BytesWrapper } from '@atcute/cbor/bytes'
import { isValidTid } from '@atproto/syntax'
import { z } from 'zod'
import { type Blocks, openCar } from './open-car.ts'
import { SyncViolation } from './violation.ts'

const commitShape = z.object({
  did: z.string(),
  version: z.int(),
  data: z.instanceof(CidLinkWrapper),
  rev: z.string().refine(isValidTid),
  prev: z.unknown().optional(),
  sig: z.instanceof(BytesWrapper),
})

/** A repository's signed root (https://atproto.com/specs/repository#commit-objects), not yet verified. */
export interface Commit {
  cid: string
  did: string
  rev: string
  /** CID of the root of the tree of records. */
  data: string
  /** The bytes that are signed: the commit without its signature. */
  unsigned: Uint8Array
  signature: Uint8Array
}

export interface OpenCommit {
  commit: Commit
  blocks: Blocks
}

/**
 * Opens a CAR file whose root is a commit of version 3.
 * @throws SyncViolation malformed-car, malformed-commit, wrong-version
 */
export function openCommit(car: Uint8Array): OpenCommit {
  const { root, blocks } = openCar(car)
  const block = blocks.get(root)
  if (block === undefined) throw new SyncViolation('malformed-car', 'the root block is not in it')
  const { sig, ...unsigned } = decodeCommit(block)
  if (unsigned.version !== 3) throw new SyncViolation('wrong-version', `commit version ${unsigned.version}`)
  const { did, rev, data } = unsigned
  return { blocks, commit: { cid: root, did, rev, data: data.$link, unsigned: encode(unsigned), signature: sig.buf } }
}

function decodeCommit(block: Uint8Array): z.output<typeof commitShape> {
  try {
    // Parsed for its types only; what is signed is everything the block holds, known or not.
    const value: unknown = decode(block)
    return { ...(value as object), ...commitShape.parse(value) }
  } catch (cause) {
    throw new SyncViolation('malformed-commit', 'the root is not a commit', cause)
  }
}
