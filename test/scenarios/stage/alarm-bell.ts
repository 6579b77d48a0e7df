import { text } from 'node:stream/consumers'
import type { WebhookConfig } from '#appview/notices/config.ts'
import { tinyServer } from '#test/support/tiny-server.ts'

/** The webhook of those who look after security. */
export class AlarmBell implements AsyncDisposable {
  readonly #heard: { alarm: string; what: string }[] = []
  webhook: WebhookConfig = { name: 'security', url: '', secret: `whsec_${Buffer.alloc(32, 9).toString('base64')}` }
  #server: AsyncDisposable | undefined

  static async hangs(): Promise<AlarmBell> {
    const bell = new AlarmBell()
    const server = await tinyServer(async (request, response) => {
      const { data } = JSON.parse(await text(request)) as { data: { alarm: string; what: string } }
      bell.#heard.push(data)
      response.writeHead(204).end()
    })
    bell.#server = server
    bell.webhook = { ...bell.webhook, url: server.url, types: ['alarm.raised'] }
    return bell
  }

  /** Names of the alarms about a package, in the order in which they came. */
  about(name: string): string[] {
    return this.#heard.filter(({ what }) => what.includes(name)).map(({ alarm }) => alarm)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
  }
}
