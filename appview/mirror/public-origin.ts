import type { Origin } from '../upstream/upstream.ts'
import { type BlobSource, fetchTarball } from './blobs/fetch-blob.ts'

/** An account of the public network: what it has is mirrored already, so only bytes are asked for. */
export function publicOrigin(source: BlobSource, did: string): Origin {
  return {
    name: did,
    freshMs: Number.POSITIVE_INFINITY,
    packument: async () => ({ kind: 'missing' }),
    tarball: (name, known) => fetchTarball(source, { ...known, package: name }),
  }
}
