import type { AtUriString, DidString } from '@atproto/syntax'
import { expect, vi } from 'vitest'
import { app } from '#lexicons'
import { type AppViewScene, put } from '#test/component/appview/appview-scene.ts'
import { alone, attests, claims, type Draft, drafts, permits, type RightDraft } from '#test/component/appview/deeds.ts'
import type { RepoAuthor } from '#test/support/repo-author.ts'

const waitMs = { timeout: 20_000, interval: 100 }

/** The organisation acme.test, which alice manages and publishes for, and what the AppView says of its packages. Bob is anybody. */
export class Company {
  readonly acme: RepoAuthor
  readonly alice: RepoAuthor
  readonly bob: RepoAuthor
  readonly #scene: AppViewScene
  #count = 0

  private constructor(scene: AppViewScene) {
    this.#scene = scene
    ;({ acme: this.acme, alice: this.alice, bob: this.bob } = scene.parts)
  }

  static async settles(scene: AppViewScene): Promise<Company> {
    const company = new Company(scene)
    scene.parts.relay.sends('#commit', await company.bob.begins())
    for (const action of ['read', 'publish']) {
      await company.approves(permits(company.acme, action, { subject: company.alice.did, action }))
    }
    await company.isUpToDate()
    return company
  }

  /** Alice approves; then the organisation's PDS writes. */
  async approves(deed: RightDraft, org = this.acme): Promise<RightDraft> {
    await this.#scene.tells(this.alice, [deed.approval()])
    await this.#scene.tells(org, [deed.write])
    return deed
  }

  /** As the org PDS does it: the AppView is asked first, and looks whether the registry outside has the name. */
  async claims(name: string, org = this.acme): Promise<RightDraft> {
    const params = { org: org.did as DidString, name }
    await this.#scene.parts.gateway.call(app.npm.registry.getClaim, { params })
    return this.approves(claims(org, name), org)
  }

  /** Another organisation, which alice manages, too. */
  async foundsAnother(handle: string): Promise<RepoAuthor> {
    const { org, relay } = this.#scene.parts
    const author = await this.#scene.joins(handle, org)
    relay.sends('#commit', await author.begins())
    const registered = { org: author.did, managers: [this.alice.did] }
    await this.#scene.tells('registrar', [put(app.npm.registry.org.$nsid, author.did, registered)])
    return author
  }

  async publishes(name: string, version: string, more: Partial<Parameters<typeof drafts>[1]> = {}): Promise<Draft> {
    const draft = await drafts(this.acme, { name, version, ...more })
    await this.#scene.tells(this.alice, [attests(this.acme, draft)])
    await this.#scene.tells(this.acme, alone(draft))
    return draft
  }

  /** Everything the relay sent before is processed, for it is processed in order. */
  async isUpToDate(): Promise<void> {
    this.#count += 1
    const rule = { subject: this.alice.did, action: 'approve' }
    const { uri, cid } = await this.approves(permits(this.acme, `up-to-date-${this.#count}`, rule))
    await vi.waitFor(async () => expect(await this.effective({ uri, cid })).toBe('in effect'), waitMs)
  }

  /** Whether a record of the company counts. */
  async effective({ uri, cid }: Pick<RightDraft, 'uri' | 'cid'>): Promise<string> {
    const params = { uri: uri as AtUriString, cid, timeoutMs: 0 }
    const { effective } = await this.#scene.parts.gateway.call(app.npm.registry.awaitRecord, { params })
    return effective ? 'in effect' : 'without effect'
  }

  async verdict(name: string, version: string) {
    const params = { org: this.acme.did as DidString, name, version, viewer: this.alice.did as DidString }
    return (await this.#scene.parts.gateway.call(app.npm.registry.getVersion, { params })).verdict
  }

  async packument(name: string) {
    const params = { name, viewer: this.alice.did as DidString, form: 'full' }
    const response = await this.#scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)
    return (await response.json()) as {
      'dist-tags': Record<string, string>
      versions: object
      time: Record<string, string>
    }
  }

  /** What became of a name, in order. */
  async history(name: string): Promise<string[]> {
    const params = { name, viewer: this.alice.did as DidString }
    const { entries } = await this.#scene.parts.gateway.call(app.npm.registry.getNameHistory, { params })
    return entries.map(({ what }) => what)
  }

  /** Whose a name is, or where else it is looked for. */
  async holder(name: string): Promise<string> {
    const params = { name, viewer: this.alice.did as DidString }
    const found = await this.#scene.parts.gateway.call(app.npm.registry.resolveName, { params })
    return found.handle ?? found.source
  }
}
