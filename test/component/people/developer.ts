import type { DidString, UriString } from '@atproto/syntax'
import { decodeJwt } from 'jose'
import { signInAtDemo } from '#appliance/demo/idp/index.ts'
import { type Browser, type BrowserOptions, createBrowser, type Form, type Page } from '#common/browser/index.ts'
import type { Group } from '#common/groups/index.ts'
import { IdentityResolver } from '#common/identity/index.ts'
import {
  approveName,
  claimName,
  composeOperation,
  composeToken,
  publish,
  type purge,
  putPermission,
  putTeam,
  putTrustedPublisher,
  releaseName,
  type TrustedPublisher,
  transferName,
} from '#common/operations/index.ts'
import { proveWitness } from '#common/proof/index.ts'
import { type BuiltRecord, parseOperation } from '#common/records/index.ts'
import { inspectTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { pack, packageFolder } from '#test/support/package-folder.ts'
import { composeImport, type PackedImport } from '#test/support/packed-import.ts'
import type { Scene } from './scene.ts'

type Credentials = app.npm.operation.redeemApproval.$OutputBody

const npm = { address: '127.0.0.1', client: 'npm/11.0.0' }

/** An operation that a package manager asked for, and where it waits. */
export interface Asked {
  authUrl: UriString
  doneUrl: UriString
  /** Canonical bytes. */
  operation: Uint8Array
  op: Uint8Array
  /** What it would write. */
  record: BuiltRecord
  integrity?: string
}

/** Somebody of the demo, with a browser and a package manager. */
export class Developer {
  readonly username: string
  readonly scene: Scene
  readonly browser: Browser
  /** The identity provider they choose where there are several, by its name. */
  provider = 'Demo'
  /** Known once they signed in. */
  did = ''

  /** @param browser somebody else's, that they sit at */
  constructor(scene: Scene, username: string, options: BrowserOptions = {}, browser = createBrowser(options)) {
    this.scene = scene
    this.username = username
    this.browser = browser
  }

  /** `npm login`, as far as the gateway's part: opens a sign-in. */
  async asksToSignIn(requester = npm) {
    const gateway = await this.scene.callAs('gateway')
    return gateway.call(app.npm.operation.openSignIn, { input: { requester } })
  }

  /** What a machine without a browser asks for. */
  async asksByCode(requester = { address: '203.0.113.7', client: 'atoll/1' }) {
    const gateway = await this.scene.callAs('gateway')
    const opened = await gateway.call(app.npm.operation.openSignIn, { input: { requester, device: true } })
    return { ...opened, userCode: opened.userCode ?? '' }
  }

  /** Types a code where codes are typed. */
  async types(code: string): Promise<Page> {
    const page = await this.opens(`${this.scene.config.network.publicUrls.people}/device`)
    return this.presses(page, 'Continue', { code })
  }

  /** Opens an address of ours, authenticating at the identity provider when it asks. */
  async opens(url: string): Promise<Page> {
    return this.authenticates(await this.browser.open(url))
  }

  async authenticates(page: Page): Promise<Page> {
    if (page.title.startsWith('Where do you sign in?')) return this.opens(linkOn(page, this.provider))
    return page.url.startsWith(this.scene.idpOrigin) ? signInAtDemo(this.browser, page, this.username) : page
  }

  /** Presses a button. @param changes to what the form sends */
  presses(page: Page, label: string, changes: Record<string, string | undefined> = {}): Promise<Page> {
    return this.browser.submit(buttonOn(page, label), changes)
  }

  /** All of `npm login`. @returns the claims of what the gateway gets */
  async signsIn(): Promise<Record<string, unknown>> {
    const { id, loginUrl } = await this.asksToSignIn()
    const page = await this.opens(loginUrl)
    await this.presses(page, 'Sign in')
    const gateway = await this.scene.callAs('gateway')
    const { token } = await gateway.call(app.npm.operation.redeemSignIn, { input: { id } })
    const claims = decodeJwt(token ?? '')
    this.did = String(claims.iss)
    return claims
  }

  /** With a provider of one's choice. @param provider its name */
  signsInAt(provider: string): Promise<Record<string, unknown>> {
    this.provider = provider
    return this.signsIn()
  }

  /** `npm publish`, as far as the gateway's part: parks the bytes and opens the approval. */
  async asksToPublish(
    name: string,
    version: string,
    { client = 'token-1', manifest = {}, tag = 'latest', requester = npm } = {},
  ): Promise<Asked> {
    const tarball = await pack(await packageFolder({ name, version, manifest }))
    const inspected = await inspectTarball(tarball)
    const { integrity, shasum, size } = inspected
    this.scene.parked.uploads.set(integrity, tarball)
    const input = { name, version, integrity, shasum, size, tag, createdAt: new Date().toISOString() }
    const org = this.scene.acme
    const asked = composeOperation({ org, procedure: publish.procedure, input, tarball: inspected, expiry: soon() })
    return {
      ...(await this.opensApproval(asked.bytes, client, requester)),
      operation: asked.bytes,
      op: asked.op,
      record: asked.write,
      integrity,
    }
  }

  async asksForTeam(name: string, groups: Group[]): Promise<Asked> {
    const input = { name, members: [], groups, createdAt: new Date().toISOString() }
    return this.#asks(composeOperation({ org: this.scene.acme, procedure: putTeam.procedure, input, expiry: soon() }))
  }

  /** @param kind of one's own, or of upstream */
  async asksToPurge(kind: typeof purge, name: string): Promise<Asked> {
    const input = { name, versions: ['1.0.0'], reason: 'a court order', createdAt: new Date().toISOString() }
    return this.#asks(composeOperation({ org: this.scene.acme, procedure: kind.procedure, input, expiry: soon() }))
  }

  async asksToPermit(subject: string): Promise<Asked> {
    const rule = { id: 'rule-1', subject, action: 'publish', packages: '@acme.test/*', effect: 'allow' }
    const input = { ...rule, createdAt: new Date().toISOString() }
    const { procedure } = putPermission
    return this.#asks(composeOperation({ org: this.scene.acme, procedure, input, expiry: soon() }))
  }

  /** `npm trust`. */
  async asksToTrust(job: Omit<TrustedPublisher, 'packages'>): Promise<Asked> {
    const input = { id: 'job-1', packages: ['@acme.test/*'], ...job, createdAt: new Date().toISOString() }
    const { procedure } = putTrustedPublisher
    return this.#asks(composeOperation({ org: this.scene.acme, procedure, input, expiry: soon() }))
  }

  /** @param org in whose name; acme.test when left out */
  async asksToClaim(name: string, org = this.scene.acme): Promise<Asked> {
    const input = { name, createdAt: new Date().toISOString() }
    return this.#asks(composeOperation({ org, procedure: claimName.procedure, input, expiry: soon() }))
  }

  async asksToRelease(name: string): Promise<Asked> {
    const input = { name, createdAt: new Date().toISOString() }
    const { procedure } = releaseName
    return this.#asks(composeOperation({ org: this.scene.acme, procedure, input, expiry: soon() }))
  }

  /** @param org in whose name; acme.test when left out */
  async asksToTransfer(name: string, to: string, { org = this.scene.acme, retired = false } = {}): Promise<Asked> {
    const input = { name, to, ...(retired ? { retired } : {}), createdAt: new Date().toISOString() }
    return this.#asks(composeOperation({ org, procedure: transferName.procedure, input, expiry: soon() }))
  }

  /** As an administrator of the registry. @param draft what it says it would write */
  async asksToApproveName(
    draft: app.npm.operation.draftNameDecision.$OutputBody,
    changes: object = {},
  ): Promise<Asked> {
    const { registry: org, approvedBy: _, ...decision } = draft
    const input = { ...decision, ...changes }
    return this.#asks(composeOperation({ org, procedure: approveName.procedure, input, expiry: soon() }))
  }

  /** `atoll import`, as far as the gateway's part: parks the list and opens the approval. */
  async asksToImport(packed: Pick<PackedImport, 'bytes'>): Promise<Asked> {
    const composed = composeImport(this.scene.acme, packed, soon())
    const integrity = String(composed.operation.input['integrity'])
    this.scene.parked.uploads.set(integrity, Buffer.from(packed.bytes))
    return { ...(await this.#asks(composed)), integrity }
  }

  /** `npm token create`, as far as the gateway's part. @param account whose token it shall be */
  async asksForToken(account = this.did) {
    const limits = { access: 'read-only', packages: ['@acme.test/*'], cidrs: [] }
    const input = { name: 'ci', ...limits, expiresAt: '2030-01-01T00:00:00.000Z', createdAt: new Date().toISOString() }
    const { bytes, op } = composeToken(account, input, soon())
    return { ...(await this.opensApproval(bytes, 'token-1')), op }
  }

  async #asks({ bytes, op, write }: ReturnType<typeof composeOperation>): Promise<Asked> {
    return { ...(await this.opensApproval(bytes, 'token-1')), operation: bytes, op, record: write }
  }

  /** The whole ceremony, as far as the org PDS, which answers. */
  async carriesOut(asked: Asked): Promise<unknown> {
    await this.approves(asked)
    return this.carriesOutApproved(asked)
  }

  /** What npm and the gateway do once it is approved. */
  async carriesOutApproved(asked: Asked): Promise<unknown> {
    return this.submits(asked, await this.redeems((await this.polls(asked)).body['token'], asked))
  }

  /** What the gateway sends to the org PDS, which answers. */
  async submits(asked: Asked, { token, idToken, batch, passkey }: Credentials): Promise<unknown> {
    const { url } = this.scene.net.network.peers.org
    const tarball = this.scene.parked.uploads.get(asked.integrity ?? '')
    const response = await fetch(`${url}/xrpc/${parseOperation(asked.operation).procedure}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/octet-stream',
        'atoll-operation': Buffer.from(asked.operation).toString('base64url'),
        'atoll-id-token': idToken,
        ...(batch === undefined ? {} : { 'atoll-batch': Buffer.from(batch).toString('base64url') }),
        ...(passkey === undefined ? {} : { 'atoll-passkey': passkey }),
      },
      ...(tarball === undefined ? {} : { body: new Uint8Array(tarball) }),
    })
    return response.json()
  }

  /** Everything that waits for them. */
  seesWaiting(): Promise<Page> {
    return this.opens(`${this.scene.config.network.publicUrls.people}/approvals`)
  }

  /** Selects on the page of everything that waits, presses *Approve* and authenticates. @param wanted all of it, or only these */
  async approvesTogether(wanted?: readonly string[]): Promise<Page> {
    const page = await this.seesWaiting()
    return this.authenticates(await this.presses(page, approveSelected, wanted && onlyThese(page, wanted)))
  }

  /** Opens the page, presses *Approve* and authenticates. @returns the page at the end */
  async approves({ authUrl }: Pick<Asked, 'authUrl'>): Promise<Page> {
    return this.authenticates(await this.presses(await this.opens(authUrl), 'Approve'))
  }

  /** What npm does at `doneUrl`. */
  async polls({
    doneUrl,
  }: Pick<Asked, 'doneUrl'>): Promise<{ status: number; body: Record<string, string>; headers: Headers }> {
    const response = await fetch(doneUrl)
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, string>,
    }
  }

  /** What the gateway does with the code npm sends. */
  async redeems(code: string | undefined, { op }: Pick<Asked, 'op'>, client = 'token-1') {
    const gateway = await this.scene.callAs('gateway')
    const input = { code: code ?? '', did: this.did as DidString, client, op }
    return gateway.call(app.npm.operation.redeemApproval, { input })
  }

  /** What their repository says of it, as the org PDS looks for it. @throws NotAttested */
  async witnessOf({ record }: Pick<Asked, 'record'>, collection: string = app.npm.publish.attestation.$type) {
    const host = await this.scene.callAs('org')
    const sources = { identities: new IdentityResolver(this.scene.net.network), peers: { people: host, org: host } }
    return proveWitness({ did: this.did, collection, subject: { ...record, org: this.scene.acme } }, sources)
  }

  /** What the gateway asks, whatever the bytes say. */
  async opensApproval(operation: Uint8Array, client = 'token-1', requester = npm, replaces?: Uint8Array) {
    const gateway = await this.scene.callAs('gateway')
    const input = { operation, did: this.did as DidString, client, requester, ...(replaces && { replaces }) }
    return gateway.call(app.npm.operation.openApproval, { input })
  }
}

export const approveSelected = 'Approve what is selected'

/** What the form of a page sends when only these operations are ticked. @param wanted `name@version` */
export function onlyThese(page: Page, wanted: readonly string[]): Record<string, undefined> {
  const labels = [...page.body.matchAll(/<label for="([^"]+)">([^<]*)<\/label>/g)]
  const others = labels.filter(([, , label = '']) => !wanted.some((name) => label.includes(name)))
  return Object.fromEntries(others.map(([, id]) => [`select-${id}`, undefined]))
}

export function buttonOn(page: Page, label: string): Form {
  const form = page.forms.find(({ buttons }) => buttons.includes(label))
  if (form === undefined) throw new Error(`"${page.title}" (${page.status}) has no button "${label}": ${page.text}`)
  return form
}

function linkOn(page: Page, text: string): string {
  const link = page.links.find((candidate) => candidate.text === text)
  if (link === undefined) throw new Error(`"${page.title}" has no link "${text}": ${page.text}`)
  return link.href
}

const soon = () => Math.floor(Date.now() / 1000) + 600
