import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { envToCfg, envToSecrets, PDS } from '@atproto/pds'
import { freePort } from '#appliance/config/free-port.ts'
import { atprotoClient } from '#lexicons'

export interface ForeignAccount {
  did: string
  handle: string
  token: string
}

interface Call {
  /** Sent as JSON. */
  body?: object
  bytes?: Uint8Array
  type?: string
  query?: Record<string, string>
  authorization?: string
}

/** Somebody else's PDS: the reference implementation as it is, used over its ordinary methods. It keeps data and port when it stops. */
export class ForeignPds implements AsyncDisposable {
  readonly url: string
  readonly #env: Parameters<typeof envToCfg>[0] & Parameters<typeof envToSecrets>[0]
  readonly #folder: string
  readonly #adminPassword: string
  readonly #sockets = new Set<Socket>()
  #running: { pds: PDS; server: Server } | undefined

  private constructor(folder: string, port: number, directoryUrl: string) {
    this.url = `http://localhost:${port}`
    this.#folder = folder
    this.#adminPassword = randomBytes(16).toString('hex')
    this.#env = {
      port,
      hostname: 'localhost',
      devMode: true,
      disableSsrfProtection: true,
      dataDirectory: folder,
      blobstoreDiskLocation: join(folder, 'blobs'),
      didPlcUrl: directoryUrl,
      // The first that fits decides what may stand before it.
      serviceHandleDomains: ['.duo.test', '.test'],
      inviteRequired: false,
      adminPassword: this.#adminPassword,
      jwtSecret: randomBytes(32).toString('hex'),
      plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString('hex'),
    }
  }

  static async start(directoryUrl: string): Promise<ForeignPds> {
    const folder = await mkdtemp(join(tmpdir(), 'atoll-foreign-pds-'))
    const pds = new ForeignPds(folder, await freePort(), directoryUrl)
    await pds.starts()
    return pds
  }

  async starts(): Promise<void> {
    const pds = await PDS.create(envToCfg(this.#env), envToSecrets(this.#env))
    await pds.ctx.sequencer.start()
    // `pds.start()` would bind every interface.
    const server = await new Promise<Server>((resolve) => {
      const listening: Server = pds.app.listen(Number(new URL(this.url).port), '127.0.0.1', () => resolve(listening))
    })
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    this.#running = { pds, server }
  }

  async stops(): Promise<void> {
    const running = this.#running
    if (running === undefined) return
    this.#running = undefined
    const closed = new Promise((resolve) => running.server.close(resolve))
    // Those of the firehose, too, which `closeAllConnections` leaves open.
    for (const socket of this.#sockets) socket.destroy()
    await running.pds.destroy()
    await closed
  }

  async createAccount(handle: string): Promise<ForeignAccount> {
    const body = { handle, email: `${handle}@mail.test`, password: randomBytes(12).toString('hex') }
    const created = await this.call(atprotoClient.createAccount, { body })
    const { did, accessJwt } = created as { did: string; accessJwt: string }
    return { did, handle, token: accessJwt }
  }

  /** Until it is taken back, the account neither writes nor is read. */
  async takeDown({ did }: Pick<ForeignAccount, 'did'>, applied = true): Promise<void> {
    const basic = Buffer.from(`admin:${this.#adminPassword}`).toString('base64')
    const body = { subject: { $type: atprotoClient.repoRef, did }, takedown: { applied } }
    await this.call(atprotoClient.updateSubjectStatus, { body, authorization: `Basic ${basic}` })
  }

  /** @throws Error with what it answers, unless that is a success */
  async call(method: string, { body, bytes, type, query, authorization }: Call): Promise<unknown> {
    const sent = body === undefined ? bytes : JSON.stringify(body)
    const response = await fetch(`${this.url}/xrpc/${method}?${new URLSearchParams(query)}`, {
      method: sent === undefined ? 'GET' : 'POST',
      headers: {
        ...(sent === undefined ? {} : { 'content-type': type ?? 'application/json' }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(sent === undefined ? {} : { body: new Uint8Array(Buffer.from(sent)) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} answered ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stops()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
