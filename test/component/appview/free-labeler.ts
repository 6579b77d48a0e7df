import { randomBytes } from 'node:crypto'
import { encode } from '@atproto/lex-cbor'
import type { LexValue } from '@atproto/lex-data'
import { type WebSocket, WebSocketServer } from 'ws'
import { LabelKey, labelToWire, type UnsignedLabel } from '#common/labels/index.ts'
import { tinyServer } from '#test/support/tiny-server.ts'

/** A labeler somewhere else: it says whatever a test wants, over the real protocol, and signs it with whatever key. */
export class FreeLabeler implements AsyncDisposable {
  did = ''
  url = ''
  /** The cursors it was asked for, one per connection. */
  readonly cursors: number[] = []
  /** How often it was asked who it is. */
  asked = 0
  key: LabelKey
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly #sent: { seq: number; frame: Uint8Array }[] = []
  #server: AsyncDisposable | undefined
  #seq = 0

  private constructor(key: LabelKey) {
    this.key = key
  }

  static async starts(): Promise<FreeLabeler> {
    const labeler = new FreeLabeler(await newKey())
    const tiny = await tinyServer((_request, response) => {
      labeler.asked += 1
      response.setHeader('content-type', 'application/json').end(JSON.stringify(labeler.#document()))
    })
    tiny.server.on('upgrade', (request, socket, head) => {
      labeler.#sockets.handleUpgrade(request, socket, head, (reader) => labeler.#replay(reader, request.url ?? ''))
    })
    const { port } = new URL(tiny.url)
    labeler.url = `http://localhost:${port}`
    labeler.did = `did:web:localhost%3A${port}`
    labeler.#server = tiny
    return labeler
  }

  /** As another, where `changes` say so, or signed by another key. */
  async says(uri: string, val: string, changes: Partial<UnsignedLabel> = {}, key = this.key): Promise<void> {
    const label = { src: this.did, uri, val, cts: new Date().toISOString(), ...changes }
    this.sends('#labels', { labels: [labelToWire(await key.sign(label))] })
  }

  sends(t: string, body: object): void {
    this.#seq += 1
    const frame = Buffer.concat([encode({ op: 1, t }), encode({ seq: this.#seq, ...body } as LexValue)])
    this.#sent.push({ seq: this.#seq, frame })
    this.sendsBytes(frame)
  }

  sendsBytes(frame: Uint8Array | string): void {
    for (const socket of this.#sockets.clients) socket.send(frame)
  }

  /** Its document names the new one at once. */
  async changesKey(): Promise<void> {
    this.key = await newKey()
  }

  disconnects(): void {
    for (const socket of this.#sockets.clients) socket.terminate()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disconnects()
    await this.#server?.[Symbol.asyncDispose]()
  }

  #document(): object {
    const publicKeyMultibase = this.key.publicKey.slice('did:key:'.length)
    const id = this.did
    return {
      id,
      verificationMethod: [{ id: `${id}#atproto_label`, type: 'Multikey', controller: id, publicKeyMultibase }],
    }
  }

  #replay(socket: WebSocket, url: string): void {
    const cursor = Number(new URL(url, 'http://labeler').searchParams.get('cursor'))
    this.cursors.push(cursor)
    for (const { seq, frame } of this.#sent) if (seq > cursor) socket.send(frame)
  }
}

export function newKey(): Promise<LabelKey> {
  return LabelKey.import(randomBytes(32).toString('hex'))
}
