import { text } from 'node:stream/consumers'
import { tinyServer } from './tiny-server.ts'

export interface ReceivedNotice {
  /** The same however often it is sent. */
  id: string
  type: string
  data: Record<string, string>
}

/** A company's receiver of webhooks: it keeps what it is told. */
export class WebhookReceiver implements AsyncDisposable {
  readonly received: ReceivedNotice[]
  /** As the settings of notices name it. */
  readonly webhook: { name: string; url: string; secret: string }
  readonly #server: AsyncDisposable

  static async start(): Promise<WebhookReceiver> {
    const received: ReceivedNotice[] = []
    const server = await tinyServer(async (request, response) => {
      const { type, data } = JSON.parse(await text(request))
      received.push({ id: String(request.headers['webhook-id']), type, data })
      response.statusCode = 204
      response.end()
    })
    return new WebhookReceiver(server, received)
  }

  private constructor(server: AsyncDisposable & { url: string }, received: ReceivedNotice[]) {
    this.#server = server
    this.received = received
    this.webhook = { name: 'siem', url: server.url, secret: `whsec_${Buffer.alloc(32, 9).toString('base64')}` }
  }

  /** What it was told of one kind. */
  told(type: string, matching: Record<string, string> = {}): ReceivedNotice[] {
    return this.received.filter(
      (notice) => notice.type === type && Object.entries(matching).every(([key, value]) => notice.data[key] === value),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }
}
