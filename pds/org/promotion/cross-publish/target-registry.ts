import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { createOutbound, type Outbound, type OutboundConfig } from '#common/outbound/index.ts'
import type { CrossPublishConfig } from './config.ts'
import type { OutgoingVersion } from './outgoing-version.ts'
import { reasonOf } from './reason-of.ts'
import { noAnswer, sendVersion } from './send-version.ts'

// As large as packages get is some 15 MB.
const maxAnswerBytes = 64 * 2 ** 20
const timeoutMs = 30_000

/** What a registry says the bytes of a version are. */
export interface Digests {
  /** SRI. */
  integrity?: string | undefined
  /** SHA-1, hex. */
  shasum?: string | undefined
}

const digest = z.string().optional().catch(undefined)
const packumentSchema = z.object({
  name: z.string(),
  versions: z.record(z.string(), z.unknown()),
})
const versionSchema = z.object({ dist: z.object({ integrity: digest, shasum: digest }) })

/** What a version is called. */
interface About {
  package: string
  version: string
}

/** The other registry, as npm speaks with one. */
export class TargetRegistry implements AsyncDisposable {
  readonly url: string
  readonly #config: CrossPublishConfig
  readonly #outbound: Outbound

  constructor(config: CrossPublishConfig, outbound: OutboundConfig) {
    this.url = config.registry
    this.#config = config
    this.#outbound = createOutbound({ allow: [config.registry], config: outbound })
  }

  /** Whatever is on its way ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#outbound[Symbol.asyncDispose]()
  }

  /** @returns undefined when it has no such version @throws NotCrossPublished when it does not say */
  async find(about: About): Promise<Digests | undefined> {
    const found = await this.#packument(about)
    if (found === undefined || !Object.hasOwn(found.versions, about.version)) return undefined
    const version = versionSchema.safeParse(found.versions[about.version])
    return version.success ? version.data.dist : {}
  }

  /** Publishes a version with exactly these bytes. @throws NotCrossPublished with what it says, when it does not take it */
  async publish(outgoing: OutgoingVersion): Promise<void> {
    const { name, version } = outgoing
    const refusal = await sendVersion(outgoing, this.#config, this.#outbound)
    if (refusal === undefined) return
    const { reason, cause, status } = refusal
    throw this.failed({ package: name, version }, reason, cause, isOfAll(status))
  }

  /** @param concernsAll the registry takes nothing at all, as things are */
  failed(about: About, reason: string, cause?: unknown, concernsAll = false): AtollError {
    return new AtollError('NotCrossPublished', { ...about, registry: this.url, reason, concernsAll }, cause)
  }

  async #packument(about: About): Promise<z.output<typeof packumentSchema> | undefined> {
    // `write`: as it is, and not as a cache in front of it had it (npm unpublish asks so, too).
    const url = `${this.url}/${about.package.replace('/', '%2f')}?write=true`
    const headers = { accept: 'application/json', authorization: `Bearer ${this.#config.token}` }
    const { status, body } = await this.#get(url, headers).catch((cause: unknown) => {
      throw this.failed(about, reasonOf(cause), cause, true)
    })
    if (status === 404) return undefined
    if (status !== 200) throw this.failed(about, `it answers ${status}`, undefined, isOfAll(status))
    const packument = packumentSchema.safeParse(parsed(body))
    if (packument.success && packument.data.name === about.package) return packument.data
    throw this.failed(about, 'what it says of that package is no metadata')
  }

  async #get(url: string, headers: Record<string, string>): Promise<{ status: number; body: Buffer }> {
    const answer = await this.#outbound.fetch(url, { maxBytes: maxAnswerBytes, timeoutMs, headers })
    return { status: answer.status, body: await answer.bytes() }
  }
}

/** Nobody is there, or nobody who knows the token, or we ask too often. */
function isOfAll(status: number): boolean {
  return status === noAnswer || status === 401 || status === 429 || status >= 500
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
