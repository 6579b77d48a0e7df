import type { Clock } from '#common/clock/index.ts'
import { createOutbound, type Outbound, type OutboundConfig } from '#common/outbound/index.ts'
import type { NoticesConfig } from '../config.ts'
import type { TakenMessage } from '../outbox.ts'
import { Mailer } from './mailer.ts'
import { signWebhook } from './sign-webhook.ts'

/** What became of an attempt. */
export type Attempt = { sent: true } | { sent: false; error: string; final: boolean }

interface Options {
  config: NoticesConfig
  outbound: OutboundConfig
  clock: Clock
  /** Where a person reads mail; undefined when nobody knows. */
  addressOf: (did: string) => Promise<string | undefined>
}

const timeoutMs = 15_000
const maxAnswerBytes = 65_536
// "Gone": https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
const gone = 410

/** The ways out of the box for messages. Webhooks take the one way out there is; where they lead is configured, so it may be private. */
export class Delivery implements AsyncDisposable {
  readonly #options: Options
  readonly #outbound: Outbound
  readonly #mailer: Mailer | undefined

  constructor(options: Options) {
    const { config, outbound } = options
    this.#options = options
    this.#outbound = createOutbound({ allow: config.webhooks.map(({ url }) => url), config: outbound })
    this.#mailer = config.mail === undefined ? undefined : new Mailer(config.mail, outbound.ca)
  }

  /** Tries once. Does not throw. */
  async attempt(message: TakenMessage): Promise<Attempt> {
    try {
      return await (message.channel === 'webhook' ? this.#post(message) : this.#mail(message))
    } catch (error) {
      return { sent: false, error: error instanceof Error ? error.message : String(error), final: false }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#mailer?.[Symbol.dispose]()
    await this.#outbound[Symbol.asyncDispose]()
  }

  async #post({ id, target, body }: TakenMessage): Promise<Attempt> {
    const webhook = this.#options.config.webhooks.find(({ name }) => name === target)
    if (webhook === undefined) return { sent: false, error: 'there is no such webhook any more', final: true }
    const timestamp = Math.floor(this.#options.clock.now() / 1000)
    const headers = { 'content-type': 'application/json', ...signWebhook({ id, timestamp, body }, webhook.secret) }
    const request = { method: 'POST', body, headers, timeoutMs, maxBytes: maxAnswerBytes } as const
    const response = await this.#outbound.fetch(webhook.url, { ...request, about: { package: `webhook ${target}` } })
    response.body.destroy()
    const { status } = response
    if (status >= 200 && status < 300) return { sent: true }
    return { sent: false, error: `it answered ${status}`, final: status === gone }
  }

  async #mail({ id, target, body }: TakenMessage): Promise<Attempt> {
    if (this.#mailer === undefined) return { sent: false, error: 'mail is not configured any more', final: true }
    const to = target.startsWith('did:') ? await this.#options.addressOf(target) : target
    if (to === undefined) return { sent: false, error: 'nobody knows an address of theirs', final: true }
    await this.#mailer.send({ id, to, ...(JSON.parse(body) as { subject: string; text: string }) })
    return { sent: true }
  }
}
