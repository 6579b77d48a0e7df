import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { OpenDatabase } from './open-database.ts'

export interface Heard {
  /** Somebody committed a NOTIFY on the channel. */
  notified(): void
  /** From now on every one is heard; what was notified before may have been missed. */
  began(): void
  /** The connection is lost: until it `began` again, nothing is heard. */
  ended(error: unknown): void
}

const reconnectMs = 500

/** Listens on a channel of Postgres over a connection of its own, and connects again whenever that breaks. */
export class Listener implements AsyncDisposable {
  readonly #database: Pick<OpenDatabase<unknown>, 'connect'>
  readonly #channel: string
  readonly #heard: Heard
  readonly #stop = new AbortController()
  readonly #listening: Promise<void>

  /** @param channel an identifier of SQL; channels belong to the whole database, so it begins with the component's name */
  constructor(database: Pick<OpenDatabase<unknown>, 'connect'>, channel: string, heard: Heard) {
    this.#database = database
    this.#channel = channel
    this.#heard = heard
    this.#listening = this.#listen()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#listening
  }

  async #listen(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        await this.#hold(await this.#database.connect())
        if (!signal.aborted) this.#heard.ended(new Error('the connection was closed'))
      } catch (error) {
        this.#heard.ended(error)
      }
      await delay(reconnectMs, undefined, { signal }).catch(() => {})
    }
  }

  async #hold(client: pg.Client): Promise<void> {
    const { signal } = this.#stop
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    client.once('end', () => end())
    client.once('error', () => end())
    const stop = () => end()
    signal.addEventListener('abort', stop)
    // It may have been aborted while the connection was being made.
    if (signal.aborted) end()
    client.on('notification', () => this.#heard.notified())
    try {
      await client.query(`LISTEN ${this.#channel}`)
      this.#heard.began()
      await ended
    } finally {
      signal.removeEventListener('abort', stop)
      await client.end().catch(() => {})
    }
  }
}
