import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Duplex, duplexPair } from 'node:stream'
import { BodyTooLarge } from '#common/bodies/index.ts'
import type { Outbound } from './outbound.ts'

export interface AgentOptions {
  /** Where the library is sent; nothing it asks of another host gets out. */
  origin: string
  maxRequestBytes: number
  maxAnswerBytes: number
  timeoutMs: number
  /** Put on each request on its way: so that no credentials are the library's to lose. */
  headers: Readonly<Record<string, string>>
}

// Of one answer to the library, where the outbound gave none.
const unavailable = 503
// What a library needs to understand an answer. Encodings are off by then.
const passedOn = ['content-type', 'www-authenticate', 'npm-notice']

/**
 * An outbound in the shape of an agent, for libraries that speak `node:http` themselves (npm's): the connection they get ends in this process, and
 * what arrives there goes the way everything goes. It follows no redirects.
 */
export class AgentThrough extends Agent {
  readonly #server = createServer((request, response) => void this.#pass(request, response))
  readonly #outbound: Outbound
  readonly #options: AgentOptions
  /** Why the last request got no answer. */
  failure: unknown

  constructor(outbound: Outbound, options: AgentOptions) {
    super({ keepAlive: false })
    this.#outbound = outbound
    this.#options = options
    // node:https asks for an agent of its own kind; the TLS is the outbound's.
    Object.assign(this, { protocol: new URL(options.origin).protocol })
  }

  override createConnection(): Duplex {
    const [ours, theirs] = duplexPair()
    this.#server.emit('connection', theirs)
    // What libraries set on sockets; times are the outbound's.
    const nothing = () => ours
    return Object.assign(ours, {
      setTimeout: nothing,
      setKeepAlive: nothing,
      setNoDelay: nothing,
      ref: nothing,
      unref: nothing,
    })
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { origin, maxRequestBytes, maxAnswerBytes: maxBytes, timeoutMs, headers } = this.#options
    try {
      const { method = '', url = '/' } = request
      const body = await readAll(request, maxRequestBytes)
      if (request.headers.host !== new URL(origin).host) throw new Error('it is sent to another host')
      const answer = await this.#outbound.fetch(`${origin}${url}`, {
        ...{ maxBytes, timeoutMs, maxRedirects: 0 },
        method: methodOf(method),
        headers: { ...described(request), ...headers },
        ...(body.length === 0 ? {} : { body }),
      })
      const bytes = await answer.bytes()
      for (const name of passedOn) {
        const value = answer.headers.get(name)
        if (value !== null) response.setHeader(name, value)
      }
      response.writeHead(answer.status)
      response.end(bytes)
    } catch (error) {
      this.failure = error
      response.writeHead(unavailable).end()
    }
  }
}

/** To its end in any case: only then an answer is heard. */
async function readAll(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxBytes) chunks.push(chunk)
  }
  if (size > maxBytes) throw new BodyTooLarge(maxBytes)
  return Buffer.concat(chunks)
}

function methodOf(method: string): 'GET' | 'POST' | 'PUT' {
  if (method === 'GET' || method === 'POST' || method === 'PUT') return method
  throw new Error(`${method} is not sent`)
}

function described({ headers }: IncomingMessage): Record<string, string> {
  const { accept, 'content-type': type, 'user-agent': agent } = headers
  return {
    ...(accept === undefined ? {} : { accept }),
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(agent === undefined ? {} : { 'user-agent': agent }),
  }
}
