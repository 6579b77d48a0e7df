import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import type { AddressInfo } from 'node:net'

// RFC 1035, section 3.2.2 and 4.1.1.
const typeTxt = 16
const classIn = 1
const headerBytes = 12
const isAnswer = 0x8400
const noSuchName = 3

/** A name server that knows the handles of a public network, by `_atproto.<handle>` (https://atproto.com/specs/handle), and nothing else. */
export class NameServer implements AsyncDisposable {
  readonly #socket: Socket
  readonly #dids = new Map<string, string>()
  /** The names it was asked for, in order. */
  readonly asked: string[] = []
  /** While true it answers nothing. */
  silent = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('message', (query, client) => this.#answer(query, client))
  }

  static async start(host = '127.0.0.1'): Promise<NameServer> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(0, host, resolve))
    return new NameServer(socket)
  }

  /** As `dns.Resolver.setServers` takes it. */
  get address(): string {
    const { address, port } = this.#socket.address() as AddressInfo
    return `${address}:${port}`
  }

  /** @param did undefined: the handle has no record any more */
  says(handle: string, did: string | undefined): void {
    if (did === undefined) this.#dids.delete(handle)
    else this.#dids.set(handle, did)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(resolve))
  }

  #answer(query: Buffer, client: RemoteInfo): void {
    const { name, end } = readName(query)
    this.asked.push(name)
    if (this.silent) return
    const did = name.startsWith('_atproto.') ? this.#dids.get(name.slice('_atproto.'.length)) : undefined
    const answers = did !== undefined && query.readUInt16BE(end) === typeTxt ? [txtRecord(`did=${did}`)] : []
    const header = Buffer.alloc(headerBytes)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(isAnswer | (did === undefined ? noSuchName : 0), 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(answers.length, 6)
    const question = query.subarray(headerBytes, end + 4)
    this.#socket.send(Buffer.concat([header, question, ...answers]), client.port, client.address)
  }
}

/** @returns the name in question, and where it ends */
function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = []
  let at = headerBytes
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length).toLowerCase())
    at += 1 + length
  }
  return { name: labels.join('.'), end: at + 1 }
}

/** Of the name in question: 0xc00c points back to it. */
function txtRecord(text: string): Buffer {
  const fields = Buffer.alloc(13)
  fields.writeUInt16BE(0xc000 | headerBytes, 0)
  fields.writeUInt16BE(typeTxt, 2)
  fields.writeUInt16BE(classIn, 4)
  fields.writeUInt16BE(text.length + 1, 10)
  fields.writeUInt8(text.length, 12)
  return Buffer.concat([fields, Buffer.from(text)])
}
