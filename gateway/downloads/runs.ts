import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Download } from './download.ts'

const pauseMs = 60_000
const maxRuns = 10_000

/**
 * What belongs to one run of a package manager, where it does not say so itself (stock npm does not): what a token downloads
 * from one address by one client, without a pause of a minute. Two runs at once look like one.
 */
export class Runs {
  readonly #newest = new LRUCache<string, { id: string; lastAt: number }>({ max: maxRuns })

  of({ tokenId, address, client, command }: Download, now: number): string {
    const key = JSON.stringify([tokenId, address, client, command])
    const known = this.#newest.get(key)
    const goesOn = known !== undefined && now - known.lastAt < pauseMs
    const id = goesOn ? known.id : `run-${randomBytes(8).toString('hex')}`
    this.#newest.set(key, { id, lastAt: now })
    return id
  }
}
