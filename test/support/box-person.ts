import type { DidString } from '@atproto/syntax'
import { operate, putPermission, type Rule } from '#appliance/admin/index.ts'
import { Developer, type PackedVersion, packVersion } from './developer.ts'
import type { RegistryAnswer } from './publish-request.ts'

/** Somebody of the demo, at an open box. */
export class BoxPerson {
  readonly username: string
  readonly did: DidString
  readonly #gateway: string
  #usual: Promise<Developer> | undefined

  constructor(gateway: string, username: string, did: DidString) {
    this.#gateway = gateway
    this.username = username
    this.did = did
  }

  /** `npm login` on a machine of its own, with a new token. */
  signsIn(): Promise<Developer> {
    return Developer.signIn(this.#gateway, this.username)
  }

  /** The machine they usually work at. */
  atWork(): Promise<Developer> {
    this.#usual ??= this.signsIn()
    return this.#usual
  }

  /** The first half of `npm publish`: up to the link. */
  async asksToPublish(version: PackedVersion): Promise<RegistryAnswer> {
    return (await this.atWork()).put(version)
  }

  /** Goes to the page and approves. @returns the one-time code */
  async approves({ body }: RegistryAnswer): Promise<string> {
    return (await this.atWork()).approve(body)
  }

  /**
   * The whole of `npm publish`.
   * @param spec such as `@acme.test/hello@1.0.0`
   * @param manifest merged into package.json
   * @throws Error unless it is published
   */
  async publishes(
    spec: string,
    files: Record<string, string> = {},
    manifest: Record<string, unknown> = {},
  ): Promise<PackedVersion> {
    const packed = await packVersion({ ...parseSpec(spec), files, manifest })
    const code = await this.approves(await this.asksToPublish(packed))
    const { status, body } = await (await this.atWork()).put(packed, code)
    if (status !== 201) throw new Error(`${spec} was not published: ${status} ${body.error}`)
    return packed
  }

  /** Lays down a rule, with the whole ceremony. @param org DID */
  async permits(org: string, rule: Rule): Promise<void> {
    const developer = await this.atWork()
    const gateway = { url: developer.gateway, token: developer.token }
    await operate(gateway, putPermission(org, rule), (page) => developer.approve(page))
  }
}

/** @param spec such as `@acme.test/hello@1.0.0` */
export function parseSpec(spec: string): { name: string; version: string } {
  const at = spec.lastIndexOf('@')
  return { name: spec.slice(0, at), version: spec.slice(at + 1) }
}
