import { isIPv6 } from 'node:net'
import { LRUCache } from 'lru-cache'
import { AtollError } from '#common/errors/index.ts'

const windowMs = 60_000
const maxAddresses = 100_000

/** How often an address may ask in a minute. Of addresses that are more than can be remembered, the least recent are forgotten. */
export class RateLimit {
  readonly #perWindow: number
  readonly #asked = new LRUCache<string, { times: number }>({ max: maxAddresses, ttl: windowMs, ttlResolution: 0 })

  constructor(perMinute: number) {
    this.#perWindow = perMinute
  }

  /** @throws TooManyRequests */
  check(address: string): void {
    const key = networkOf(address)
    const asked = this.#asked.get(key) ?? { times: 0 }
    // Its minute begins with the first.
    if (asked.times === 0) this.#asked.set(key, asked)
    asked.times += 1
    if (asked.times > this.#perWindow) throw new AtollError('TooManyRequests')
  }
}

/** Whoever has one address of IPv6 has the other 2^64 beside it. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(8 - groups.length - rest.length, 0) }, () => '0')
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':')
}
