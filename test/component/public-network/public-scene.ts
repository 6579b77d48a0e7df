import { atproto } from '#lexicons'
import { PublicNetwork } from '#test/support/public-network/index.ts'
import { healthOf } from '../relay/relay-scene.ts'
import { Subscriber } from '../relay/subscriber.ts'

/** Nobody in particular, who looks at the public network. */
export class PublicScene implements AsyncDisposable {
  readonly network: PublicNetwork
  readonly #opened: AsyncDisposableStack

  private constructor(network: PublicNetwork, opened: AsyncDisposableStack) {
    this.network = network
    this.#opened = opened
  }

  static async opens(...options: Parameters<typeof PublicNetwork.start>): Promise<PublicScene> {
    await using opening = new AsyncDisposableStack()
    const network = opening.use(await PublicNetwork.start(...options))
    return new PublicScene(network, opening.move())
  }

  async subscribes(cursor?: number): Promise<Subscriber> {
    return this.#opened.use(await Subscriber.connects(this.network.relayUrl, undefined, cursor))
  }

  async asks(method: string, query: Record<string, string> = {}) {
    return answered(fetch(`${this.network.relayUrl}/xrpc/${method}?${new URLSearchParams(query)}`))
  }

  /** In the name of a PDS, or of whoever says so. */
  async requestsCrawl(hostname: unknown, relayUrl: string = this.network.relayUrl) {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ hostname })
    return answered(fetch(`${relayUrl}/xrpc/${atproto.requestCrawl}`, { method: 'POST', headers, body }))
  }

  async collects(collection: string, query: Record<string, string> = {}): Promise<string[]> {
    const { body } = await this.asks(atproto.listReposByCollection, { collection, ...query })
    return (body as { repos: { did: string }[] }).repos.map(({ did }) => did)
  }

  async dropped(): Promise<Record<string, number>> {
    return (await healthOf(this.network.relayUrl)).dropped
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync()
  }
}

/** Whether a frame is a commit that wrote this record, as it is. */
export function writes({ uri, cid }: { uri: string; cid: string }) {
  return (frame: Subscriber['frames'][number]): boolean =>
    frame.kind === 'commit' &&
    frame.event.ops.some((op) => `at://${frame.event.repo}/${op.path}` === uri && op.cid === cid)
}

async function answered(answer: Promise<Response>): Promise<{ status: number; body: unknown }> {
  const response = await answer
  return { status: response.status, body: await response.json() }
}
