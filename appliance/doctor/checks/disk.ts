import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn, fail } = about('disk')
const GiB = 2 ** 30

/** Postgres, repositories and logs stop when a disk is full. */
export const checkDisk: Check = ({ disks }) => {
  // Components of one machine share its disks.
  const known = new Map(
    disks.toReversed().map((disk) => [`${disk.totalBytes} ${Math.round(disk.freeBytes / GiB)}`, disk]),
  )
  return [...known.values()].map(({ of, freeBytes, totalBytes }) => {
    const percent = Math.floor((100 * freeBytes) / totalBytes)
    const says = `${(freeBytes / GiB).toFixed(1)} GiB (${percent} %) are free where ${of} keeps its files`
    if (freeBytes < GiB) return fail(says, 'make room now: gateway.cache.maxBytes bounds the tarballs')
    return percent < 10 && freeBytes < 20 * GiB
      ? warn(says, 'make room: gateway.cache.maxBytes bounds the tarballs')
      : ok(says)
  })
}
