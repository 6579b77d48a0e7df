import { fromUint8Array } from '@atcute/car'
import { CODEC_DCBOR } from '@atcute/cid'
import { cidToString, matchesCid } from './cid.ts'
import { SyncViolation } from './violation.ts'

/** Blocks by CID; every one hashes to its CID. */
export type Blocks = ReadonlyMap<string, Uint8Array>

export interface OpenCar {
  root: string
  blocks: Blocks
}

/**
 * Reads a CAR file and checks each block against its CID.
 * @throws SyncViolation malformed-car
 */
export function openCar(bytes: Uint8Array): OpenCar {
  try {
    const car = fromUint8Array(bytes)
    const [root] = car.roots
    if (root === undefined || car.roots.length !== 1) throw new RangeError('a repository has exactly one root')
    const blocks = new Map<string, Uint8Array>()
    for (const { cid, bytes: block } of car) {
      if (cid.codec !== CODEC_DCBOR) throw new TypeError('blocks of a repository are DAG-CBOR')
      if (!matchesCid(block, cid)) throw new TypeError(`${cidToString(cid)} has other bytes`)
      blocks.set(cidToString(cid), block)
    }
    return { root: root.$link, blocks }
  } catch (cause) {
    throw new SyncViolation('malformed-car', (cause as Error).message, cause)
  }
}
