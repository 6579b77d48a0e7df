import type { AtUriString, DidString } from '@atproto/syntax'
import { expect, vi } from 'vitest'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene, put } from './appview-scene.ts'
import { claims, grants, moves, permits, type RightDraft, transfers } from './deeds.ts'

/** Two organisations that alice manages, acme.test and other.test, and what is done there about names. */
export class NameOffice implements AsyncDisposable {
  readonly scene: AppViewScene
  /** Manages other.test, too: so bob is an administrator of the registry, beside alice. */
  readonly bob: RepoAuthor
  readonly other: RepoAuthor
  #count = 0

  static async opens(): Promise<NameOffice> {
    await using opening = new AsyncDisposableStack()
    const scene = opening.use(await AppViewScene.opens({ names: ['@listed/*'] }))
    await scene.starts()
    const office = new NameOffice(scene, await scene.joins('other.test', scene.parts.org))
    await office.#begins()
    opening.move()
    return office
  }

  private constructor(scene: AppViewScene, other: RepoAuthor) {
    this.scene = scene
    this.bob = scene.parts.bob
    this.other = other
  }

  get acme(): RepoAuthor {
    return this.scene.parts.acme
  }

  get alice(): RepoAuthor {
    return this.scene.parts.alice
  }

  /** For the next test. @returns a name that nobody spoke of yet, and its number */
  next(): { count: number; tool: string } {
    this.#count += 1
    this.scene.parts.registry.asked.length = 0
    return { count: this.#count, tool: `tool${this.#count}` }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scene[Symbol.asyncDispose]()
  }

  async #begins(): Promise<void> {
    const { scene, acme, other, alice, bob } = this
    scene.parts.relay.sends('#commit', await other.begins())
    scene.parts.relay.sends('#commit', await bob.begins())
    const registered = { org: other.did, managers: [alice.did, bob.did] }
    await scene.tells('registrar', [put(app.npm.registry.org.$nsid, other.did, registered)])
    for (const org of [acme, other]) {
      for (const action of ['read', 'publish']) {
        await this.takesEffect(await this.approved(org, permits(org, action, { subject: alice.did, action })))
      }
    }
  }

  /** Alice, who manages both organisations, approves; then the organisation's PDS writes. */
  async approved(org: RepoAuthor, draft: RightDraft): Promise<RightDraft> {
    await this.scene.tells(this.alice, [draft.approval()])
    await this.scene.tells(org, [draft.write])
    return draft
  }

  async asks(org: RepoAuthor, name: string) {
    return this.scene.parts.gateway.call(app.npm.registry.getClaim, { params: { org: org.did as DidString, name } })
  }

  async registryWrites({ write }: RightDraft, action = write.action): Promise<void> {
    await this.scene.tells('registrar', [{ ...write, action }])
  }

  async granted(org: RepoAuthor, name: string): Promise<RightDraft> {
    await this.asks(org, name)
    const claim = await this.approved(org, claims(org, name))
    await this.registryWrites(grants(org, name, claim))
    expect(await this.holderOf(name)).toBe(org.did)
    return claim
  }

  /** Two thirds of handing a name from acme to the other, and the third as a draft. */
  async preparesHandOver(name: string): Promise<{ transfer: RightDraft; claim: RightDraft; change: RightDraft }> {
    const transfer = transfers(this.acme, name, this.other)
    const claim = claims(this.other, name)
    const change = moves(this.scene.parts.registrar, name, { from: this.acme, to: this.other, transfer, claim })
    return { transfer, claim, change }
  }

  async handsOver(name: string) {
    const thirds = await this.preparesHandOver(name)
    await this.approved(this.acme, thirds.transfer)
    await this.approved(this.other, thirds.claim)
    await this.registryWrites(thirds.change)
    return thirds
  }

  async takesEffect({ uri, cid }: RightDraft): Promise<void> {
    const params = { uri: uri as AtUriString, cid, timeoutMs: 5_000 }
    const ask = () => this.scene.parts.gateway.call(app.npm.registry.awaitRecord, { params })
    // Not a poll, which only tests may do.
    await vi.waitFor(async () => expect(await ask()).toEqual({ indexed: true, effective: true }), { timeout: 20_000 })
  }

  /** Everything the relay sent before is processed, for it is processed in order. */
  async settled(): Promise<void> {
    const id = `settled-${this.#count}-${Math.random().toString(36).slice(2)}`
    await this.takesEffect(
      await this.approved(this.acme, permits(this.acme, id, { subject: this.alice.did, action: 'approve' })),
    )
  }

  /** DID of whose the name is, or in which row of the table it is found. */
  async holderOf(name: string): Promise<string> {
    await this.settled()
    const params = { name: name.replace('/*', '/x'), viewer: this.alice.did as DidString }
    const { source, org } = await this.scene.parts.gateway.call(app.npm.registry.resolveName, { params })
    return org ?? source
  }

  async history(name: string, viewer = this.alice) {
    const params = { name, viewer: viewer.did as DidString }
    return this.scene.parts.gateway.call(app.npm.registry.getNameHistory, { params })
  }
}
