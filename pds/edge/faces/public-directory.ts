import type { Operation } from '@did-plc/lib'
import { AtollError } from '#common/errors/index.ts'
import type { Outbound, OutboundResponse } from '#common/outbound/index.ts'

const limits = { maxBytes: 4_000_000, timeoutMs: 10_000, maxRedirects: 0 }

/** The public directory of did:plc. */
export class PublicDirectory {
  readonly #url: string
  readonly #outbound: Outbound

  constructor(url: string, outbound: Outbound) {
    this.#url = url
    this.#outbound = outbound
  }

  /** @returns the operations it has of a DID; none when it does not know it @throws DirectoryUnavailable */
  async logOf(did: string): Promise<unknown[]> {
    const { status, body } = await this.#send(did, `${did}/log`, {})
    if (status === 404) return []
    const log = status === 200 ? parseList(body) : undefined
    if (log === undefined) throw new AtollError('DirectoryUnavailable', { did }, new Error(`it answered ${status}`))
    return log
  }

  /** @throws DirectoryUnavailable, DirectoryRefused */
  async submit(did: string, operation: Operation): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const { status, body } = await this.#send(did, did, { method: 'POST', headers, body: JSON.stringify(operation) })
    if (status === 200) return
    const answer = `it answered ${status} ${body.slice(0, 500)}`
    // 429: it limits how often an account writes, and how often an address asks.
    const isFinal = status >= 400 && status < 500 && status !== 429
    if (isFinal) throw new AtollError('DirectoryRefused', { did, reason: answer })
    throw new AtollError('DirectoryUnavailable', { did }, new Error(answer))
  }

  async #send(did: string, path: string, init: { method?: 'POST'; headers?: Record<string, string>; body?: string }) {
    try {
      const answer: OutboundResponse = await this.#outbound.fetch(`${this.#url}/${path}`, { ...limits, ...init })
      return { status: answer.status, body: (await answer.bytes()).toString('utf8') }
    } catch (cause) {
      throw new AtollError('DirectoryUnavailable', { did }, cause)
    }
  }
}

function parseList(text: string): unknown[] | undefined {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list : undefined
  } catch {
    return undefined
  }
}
