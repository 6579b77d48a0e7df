import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

const [typeTxt, classIn] = [16, 1]
const noSuchName = 3
const failing = 2

/** A name server (RFC 1035) that knows TXT records, and says of all other names that they are not there. */
export class NameServer implements AsyncDisposable {
  /** Name → text. */
  readonly texts = new Map<string, string>()
  /** Every name it was asked for. */
  readonly asked: string[] = []
  /** While true it says that it cannot say. */
  broken = false
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  static async start(): Promise<NameServer> {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const server = new NameServer(socket)
    socket.on('message', (query, { port, address }) => socket.send(server.#answer(query), port, address))
    return server
  }

  /** `address:port`, as name servers are configured. */
  get address(): string {
    const { address, port } = this.#socket.address()
    return `${address}:${port}`
  }

  /** A handle and the account it is of (https://atproto.com/specs/handle#dns-txt-method). */
  points(handle: string, did: string | undefined): void {
    if (did === undefined) this.texts.delete(`_atproto.${handle}`)
    else this.texts.set(`_atproto.${handle}`, `did=${did}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()))
  }

  #answer(query: Buffer): Buffer {
    const { name, end } = nameAt(query, 12)
    this.asked.push(name)
    const question = query.subarray(12, end + 4)
    const text = query.readUInt16BE(end) === typeTxt ? this.texts.get(name) : undefined
    const code = this.broken ? failing : text === undefined ? noSuchName : 0
    const header = Buffer.alloc(12)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(0x81_80 | code, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(code === 0 ? 1 : 0, 6)
    return Buffer.concat([header, question, ...(code === 0 ? [record(text ?? '')] : [])])
  }
}

/** A resource record about the name of the question, which is 12 bytes in. */
function record(text: string): Buffer {
  const data = Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)])
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc0_0c, 0)
  head.writeUInt16BE(typeTxt, 2)
  head.writeUInt16BE(classIn, 4)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

function nameAt(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = []
  let at = start
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('ascii', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 }
}
