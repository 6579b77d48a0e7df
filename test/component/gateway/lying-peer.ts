import { text } from 'node:stream/consumers'
import { tinyServer } from '#test/support/tiny-server.ts'

/** A method's name and its true answer → what is answered instead. */
export type Lie = (nsid: string, answer: { status: number; body: Buffer }) => { status?: number; body: Buffer | string }

/**
 * Stands in front of a component, passes requests on with their tokens, and changes answers as the test says: what a
 * component that was broken into could do. WebSockets do not get through.
 */
export class LyingPeer implements AsyncDisposable {
  readonly url: string
  /** Names of the methods that were asked for. */
  readonly asked: string[]
  readonly #server: AsyncDisposable

  private constructor(url: string, asked: string[], server: AsyncDisposable) {
    this.url = url
    this.asked = asked
    this.#server = server
  }

  /** @param truth URL of the component */
  static async before(truth: string, lie: Lie = (_nsid, answer) => answer): Promise<LyingPeer> {
    const asked: string[] = []
    const server = await tinyServer(async (request, response) => {
      const nsid = /^\/xrpc\/([\w.]+)/.exec(request.url ?? '')?.[1] ?? ''
      asked.push(nsid)
      const { authorization = '', 'content-type': type = 'application/json' } = request.headers
      const asks = request.method === 'POST' ? { method: 'POST', body: await text(request) } : {}
      const headers = { authorization, 'content-type': type }
      const answer = await fetch(`${truth}${request.url}`, { ...asks, headers })
      const told = lie(nsid, { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) })
      response.statusCode = told.status ?? answer.status
      for (const name of ['content-type', 'etag', 'last-modified', 'atoll-source']) {
        const value = answer.headers.get(name)
        if (value !== null) response.setHeader(name, value)
      }
      response.end(told.body)
    })
    return new LyingPeer(server.url, asked, server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }
}

/** A lie about one JSON answer. */
export function changing(method: string, change: (answer: Record<string, unknown>) => object): Lie {
  return (nsid, answer) => {
    if (nsid !== method || answer.status !== 200) return answer
    const truth = JSON.parse(answer.body.toString('utf8')) as Record<string, unknown>
    return { body: JSON.stringify({ ...truth, ...change(truth) }) }
  }
}
