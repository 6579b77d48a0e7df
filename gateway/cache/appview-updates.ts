import { decodeAll } from '@atproto/lex-cbor'
import WebSocket from 'ws'
import { z } from 'zod'
import type { Peer } from '#common/config/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import { app } from '#lexicons'
import type { Freshness } from './revisioned-cache.ts'
import { packageTag, Revisions, rightsTag } from './revisions.ts'

const heartbeatMs = 10_000
const firstRetryMs = 100
const longestRetryMs = 5_000
const maxMessageBytes = 65_536

const nsid = app.npm.registry.subscribeUpdates.$nsid
const headerSchema = z.object({ op: z.literal(1), t: z.string() })
const packageSchema = z.object({ name: z.string() })

/**
 * Listens to what the AppView says has changed. While it cannot be heard nothing remembered counts as fresh, and when it
 * can be heard again, nothing from before does: so no cursor has to be kept.
 */
export class AppviewUpdates implements Freshness, AsyncDisposable {
  readonly #appview: Pick<Peer, 'url'>
  readonly #auth: Pick<PeerAuth, 'tokenFor'>
  readonly #log: Logger
  readonly #revisions = new Revisions()
  readonly #changed = new Set<() => void>()
  #live = false
  #closed = false
  #retryMs = firstRetryMs
  #socket: WebSocket | undefined
  #timer: NodeJS.Timeout | undefined

  private constructor(appview: Pick<Peer, 'url'>, auth: Pick<PeerAuth, 'tokenFor'>, log: Logger) {
    this.#appview = appview
    this.#auth = auth
    this.#log = log
  }

  /** Does not wait for the AppView: a gateway starts without it, and answers 503 for what it cannot know. */
  static start(appview: Pick<Peer, 'url'>, auth: Pick<PeerAuth, 'tokenFor'>, log: Logger): AppviewUpdates {
    const updates = new AppviewUpdates(appview, auth, log)
    void updates.#connect()
    return updates
  }

  get live(): boolean {
    return this.#live
  }

  revisionOf(tags: readonly string[]): number {
    return this.#revisions.of(tags)
  }

  /** Calls back when packages may have changed at the AppView, and whenever it can be heard again. */
  onChange(changed: () => void): void {
    this.#changed.add(changed)
  }

  /** For what this gateway itself has just changed: the person who did it must see it in their next request. */
  packageChanged(name: string): void {
    this.#revisions.touch(packageTag(name))
  }

  rightsChanged(): void {
    this.#revisions.touch(rightsTag)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#lose()
    this.#socket?.terminate()
  }

  async #connect(): Promise<void> {
    try {
      const authorization = `Bearer ${await this.#auth.tokenFor('appview', nsid)}`
      if (this.#closed) return
      const url = `${this.#appview.url.replace(/^http/, 'ws')}/xrpc/${nsid}`
      const socket = new WebSocket(url, { headers: { authorization }, maxPayload: maxMessageBytes })
      this.#socket = socket
      socket.on('open', () => this.#begin(socket))
      socket.on('message', (data) => this.#read(socket, data as Buffer))
      socket.on('error', (err) => this.#log.debug({ err }, 'updates of the AppView'))
      socket.on('close', () => this.#retry())
    } catch (err) {
      this.#log.error({ err }, 'cannot ask the AppView for updates')
      this.#retry()
    }
  }

  #begin(socket: WebSocket): void {
    this.#revisions.touchEverything()
    this.#live = true
    this.#tell()
    this.#retryMs = firstRetryMs
    let answered = true
    socket.on('pong', () => {
      answered = true
    })
    // A connection that died silently would leave us believing what nobody keeps up to date.
    const heartbeat = setInterval(() => {
      if (!answered) socket.terminate()
      answered = false
      socket.ping()
    }, heartbeatMs)
    socket.once('close', () => clearInterval(heartbeat))
  }

  #read(socket: WebSocket, data: Buffer): void {
    try {
      const change = parseUpdate(data)
      if (change === undefined) return
      this.#revisions.touch(change)
      if (change !== rightsTag) this.#tell()
    } catch (err) {
      this.#log.error({ err }, 'the AppView sent an update that cannot be read')
      socket.terminate()
    }
  }

  #tell(): void {
    for (const changed of this.#changed) changed()
  }

  #lose(): void {
    this.#live = false
    this.#revisions.touchEverything()
  }

  #retry(): void {
    this.#lose()
    if (this.#closed) return
    this.#timer = setTimeout(() => void this.#connect(), this.#retryMs)
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs)
  }
}

/** @returns the tag that changed; undefined for messages of a kind this version does not know */
function parseUpdate(data: Buffer): string | undefined {
  const [header, body] = decodeAll(data)
  const { t } = headerSchema.parse(header)
  if (t === '#package') return packageTag(packageSchema.parse(body).name)
  if (t === '#rights') return rightsTag
  return undefined
}
