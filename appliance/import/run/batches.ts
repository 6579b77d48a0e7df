/** A stretch of the list's versions, to be sent in one request. */
export interface Batch {
  /** Index of the first one in the list. */
  from: number
  count: number
}

const maxVersions = 200
const maxBytes = 32 * 2 ** 20

/**
 * What is missing, in stretches: as many as one commit takes, and not too many bytes, so that little is sent again when a
 * request fails. A large tarball goes alone.
 * @param versions all of the list; those that are written already are left out
 */
export function batchesOf(versions: readonly { size: number; written: boolean }[]): Batch[] {
  const batches: Batch[] = []
  let open: (Batch & { bytes: number }) | undefined
  for (const [at, { size, written }] of versions.entries()) {
    if (written) {
      open = undefined
      continue
    }
    if (open === undefined || open.count === maxVersions || open.bytes + size > maxBytes) {
      open = { from: at, count: 0, bytes: 0 }
      batches.push(open)
    }
    open.count += 1
    open.bytes += size
  }
  return batches.map(({ from, count }) => ({ from, count }))
}
