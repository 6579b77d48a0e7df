import { z } from 'zod'
import type { Outbound } from '#common/outbound/index.ts'
import type { LabelerConfig } from './config.ts'

const documentSchema = z.object({
  id: z.string(),
  verificationMethod: z.array(z.object({ id: z.string(), publicKeyMultibase: z.string().optional() })),
})

const limits = { maxBytes: 65_536, timeoutMs: 10_000 }
const restMs = 10_000

/** The key a labeler signs with: pinned in the settings, or in its DID document, of which a new one is asked for now and then. */
export class LabelerKeys {
  readonly #labeler: LabelerConfig
  readonly #outbound: Outbound
  #known: string | undefined
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(labeler: LabelerConfig, outbound: Outbound) {
    this.#labeler = labeler
    this.#outbound = outbound
    this.#known = labeler.key
  }

  /** @throws Error when nobody says which */
  async current(): Promise<string> {
    this.#known ??= await this.#resolve()
    return this.#known
  }

  /** After a signature that was wrong: once in a while, or liars would have us ask for ever. @returns whether it is another key now */
  async refresh(): Promise<boolean> {
    if (this.#labeler.key !== undefined || performance.now() - this.#askedAt < restMs) return false
    this.#askedAt = performance.now()
    const before = this.#known
    this.#known = await this.#resolve()
    return this.#known !== before
  }

  async #resolve(): Promise<string> {
    const { did } = this.#labeler
    const answer = await this.#outbound.fetch(`${originOfDid(did)}/.well-known/did.json`, {
      ...limits,
      maxRedirects: 0,
    })
    const document = documentSchema.parse(JSON.parse((await answer.bytes()).toString('utf8')))
    const ids = ['#atproto_label', `${did}#atproto_label`]
    const method = document.verificationMethod.find(({ id }) => ids.includes(id))
    if (document.id !== did || method?.publicKeyMultibase === undefined) {
      throw new Error(`the document of ${did} names no key #atproto_label`)
    }
    return `did:key:${method.publicKeyMultibase}`
  }
}

/**
 * Where the document of a did:web is (https://w3c-ccg.github.io/did-method-web/); for this machine itself without encryption, as the
 * AT Protocol has it for development.
 * @throws Error for a DID with a path, or of another kind: it needs a `key` in the settings
 */
export function originOfDid(did: string): string {
  const [, host] = /^did:web:([^:]+)$/.exec(did) ?? []
  if (host === undefined) throw new Error(`who ${did} is can only be told by a key in the settings`)
  const decoded = decodeURIComponent(host)
  return `${decoded.startsWith('localhost') ? 'http' : 'https'}://${decoded}`
}
