import type { Operation } from '@did-plc/lib'
import { AtollError } from '#common/errors/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import { app } from '#lexicons'

const timeoutMs = 10_000

/** The private directory, for the writes of a PDS. */
export class DirectoryClient {
  readonly #url: string
  readonly #auth: PeerAuth

  constructor(url: string, auth: PeerAuth) {
    this.#url = url
    this.#auth = auth
  }

  /** @returns how many operations the log of this DID has. */
  async countOperations(did: string): Promise<number> {
    const response = await this.#send(did, `${did}/log`, { method: 'GET' })
    if (response.status === 404) return 0
    const log: unknown = await response.json()
    return Array.isArray(log) ? log.length : 0
  }

  async submit(did: string, operation: Operation): Promise<void> {
    const authorization = `Bearer ${await this.#auth.tokenFor('directory', app.npm.directory.submit.$nsid)}`
    await this.#send(did, did, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(operation),
    })
  }

  async #send(did: string, path: string, init: RequestInit): Promise<Response> {
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const response = await fetch(`${this.#url}/${path}`, { ...init, signal, redirect: 'error' })
      if (response.ok || (response.status === 404 && init.method === 'GET')) return response
      throw new Error(`the directory answered ${response.status} ${await response.text()}`)
    } catch (cause) {
      throw new AtollError('DirectoryUnavailable', { did }, cause)
    }
  }
}
