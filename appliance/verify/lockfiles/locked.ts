/** One package of a lockfile, as its package manager will install it. */
export interface Locked {
  /** The name it is published under, which an alias may hide. */
  name: string
  version: string
  /** SRI; undefined where the lockfile has none, or hashes something else than the tarball. */
  integrity: string | undefined
  /** Where its tarball comes from, when the lockfile says so. */
  tarball: string | undefined
  /** 1-based, in the lockfile. */
  line: number | undefined
}

export interface LockfileReader {
  /** What people call the package manager. */
  manager: string
  /** Whether this reader is for that file, by its name and how it begins. */
  reads(fileName: string, text: string): boolean
  /** @throws UsageError when it is of a format nobody reads here */
  read(text: string): Locked[]
}

/** Finds lines of the things a lockfile names, in the order in which they stand there. */
export function lineFinder(text: string): (needle: string) => number | undefined {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (needle) => {
    const found = text.indexOf(needle)
    if (found === -1) return undefined
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= found) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}
