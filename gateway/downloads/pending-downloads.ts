import { type Download, type DownloadSum, maxTrees } from './download.ts'

type Sum = Omit<DownloadSum, 'trees'> & { trees: string[] }

/** Downloads that are not written down yet, added up. Bounded: what does not fit is counted, and told by `takeDropped`. */
export class PendingDownloads {
  readonly #maxSums: number
  #sums = new Map<string, Sum>()
  #dropped = 0

  constructor(maxSums: number) {
    this.#maxSums = maxSums
  }

  /** How many rows they will be. */
  get size(): number {
    return this.#sums.size
  }

  add({ tree, ...download }: Download, at: Date): void {
    const day = at.toISOString().slice(0, 10)
    const trees = tree === undefined ? [] : [tree]
    this.#merge({ ...download, day, trees, firstAt: at, lastAt: at, count: 1 })
  }

  /** Puts back what could not be written down. */
  giveBack(sums: readonly DownloadSum[]): void {
    for (const sum of sums) this.#merge(sum)
  }

  /** All of it; in an order that two gateways share, so that neither waits for a row of the other's while holding one. */
  take(): DownloadSum[] {
    const taken = [...this.#sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
    this.#sums = new Map()
    return taken
  }

  /** How many downloads were lost for want of room since this was last asked. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }

  #merge(sum: DownloadSum): void {
    const key = keyOf(sum)
    const known = this.#sums.get(key)
    if (known === undefined) {
      if (this.#sums.size < this.#maxSums) this.#sums.set(key, { ...sum, trees: [...sum.trees] })
      else this.#dropped += sum.count
      return
    }
    const isNewer = sum.lastAt >= known.lastAt
    known.count += sum.count
    known.trees = newestTrees(isNewer ? [known.trees, sum.trees] : [sum.trees, known.trees])
    if (sum.firstAt < known.firstAt) known.firstAt = sum.firstAt
    if (!isNewer) return
    Object.assign(known, { lastAt: sum.lastAt, client: sum.client, command: sum.command })
  }
}

function keyOf({ name, version, day, tokenId, address, origin }: DownloadSum): string {
  return JSON.stringify([name, version, day, tokenId, address, origin])
}

/** @param inOrder oldest first */
function newestTrees([older, newer]: [readonly string[], readonly string[]]): string[] {
  return [...older.filter((tree) => !newer.includes(tree)), ...newer].slice(-maxTrees)
}
