import { sha256 } from '#common/crypto/index.ts'
import { type Group, groupKey } from '#common/groups/index.ts'
import { importWitnesses } from '#common/imports/index.ts'
import {
  addPasskey,
  buildWitnesses,
  type ComposedOperation,
  claimName,
  composeAddPasskey,
  composeEnrolment,
  composeOperation,
  composeRemovePasskey,
  deprecate,
  importPackages,
  publish,
  publishStaged,
  type purge,
  putAdvisory,
  putException,
  putPermission,
  putTag,
  putTeam,
  removePasskey,
  retire,
} from '#common/operations/index.ts'
import { describeBundle } from '#common/provenance/index.ts'
import { type BuiltRecord, buildRecord, composeBatch, createTid, type UnplacedRecord } from '#common/records/index.ts'
import { signServiceToken } from '#common/service-auth/index.ts'
import { inspectTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import type { PdsHost } from '#pds/host/index.ts'
import type { OrgPds } from '#pds/org/index.ts'
import type { TestIdentityProvider } from '#test/support/identity-provider.ts'
import type { TestNetwork } from '#test/support/network.ts'
import { pack, packageFolder } from '#test/support/package-folder.ts'
import { composeImport, type PackedImport } from '#test/support/packed-import.ts'
import type { SoftwareAuthenticator } from '#test/support/software-authenticator.ts'

export interface PersonOptions {
  did: string
  /** Their number at the IdP. */
  subject: string
  people: PdsHost
  idp: TestIdentityProvider
  org: OrgPds
  net: TestNetwork
  acme: string
}

export interface PublishOptions {
  tag?: string
  /** Files of the package, beside those every test package has. */
  files?: Record<string, string>
  /** Of the operation, in seconds since the epoch. */
  expiry?: number
  /** Who staged it, when it is somebody else's to approve. */
  stagedBy?: string
  /** Made of the tarball's integrity: the bundle that comes with it. */
  bundle?: (integrity: string) => Promise<Buffer>
}

/** Everything that is sent for one operation; tests change one part of it. */
export interface Ceremony {
  procedure: string
  bytes: Uint8Array
  op: Uint8Array
  /** Of the ID token. */
  claims: Record<string, unknown>
  token: string
  /** Canonical bytes of the list it was approved in. */
  batch?: Uint8Array
  /** What a passkey signed, as it travels. */
  passkey?: string
  body?: Buffer
  /** What the person's repository has to say about the record it is named by. */
  witness?: UnplacedRecord
  /** … and about those written beside it. */
  furtherWitnesses?: UnplacedRecord[]
}

const inFiveMinutes = () => Math.floor(Date.now() / 1000) + 300
const now = () => new Date().toISOString()

/** Somebody with an account on the people PDS, and all that their browser and their people PDS do for them. */
export class Person {
  readonly did: string
  readonly #options: PersonOptions

  constructor(options: PersonOptions) {
    this.did = options.did
    this.#options = options
  }

  /** @param spec such as `@acme.test/hello@1.0.0` */
  async preparesPublish(
    spec: string,
    { tag = 'latest', files = {}, expiry = inFiveMinutes(), stagedBy, bundle: build }: PublishOptions = {},
  ): Promise<Ceremony> {
    const { acme } = this.#options
    const at = spec.lastIndexOf('@')
    const [name, version] = [spec.slice(0, at), spec.slice(at + 1)]
    const body = await pack(await packageFolder({ name, version, files }))
    const tarball = await inspectTarball(body)
    const { integrity, shasum, size } = tarball
    const bundle = await build?.(integrity)
    const createdAt = new Date().toISOString()
    const provenance = bundle && describeBundle(bundle)
    const input = { name, version, integrity, shasum, size, tag, provenance, createdAt }
    const { procedure } = stagedBy === undefined ? publish : publishStaged
    const said = stagedBy === undefined ? input : { ...input, stagedBy }
    const composed = composeOperation({ org: acme, procedure, input: said, tarball, expiry })
    const sent = Buffer.concat([body, ...(bundle === undefined ? [] : [bundle])])
    return { ...(await this.#prepare(procedure, composed)), body: sent }
  }

  /** An operation of any kind that is made of its input alone. @param input `createdAt` is now, unless it says so */
  async prepares({ procedure }: { procedure: string }, input: object, expiry = inFiveMinutes()): Promise<Ceremony> {
    const said = { createdAt: new Date().toISOString(), ...input } as never
    return this.#prepare(procedure, composeOperation({ org: this.#options.acme, procedure, input: said, expiry }))
  }

  /** @param tag.retired to remove it */
  preparesTag(tag: { name: string; tag: string; version: string; retired?: boolean }, createdAt = now()) {
    return this.prepares(putTag, { ...tag, createdAt })
  }

  preparesPermission(
    rule: { id: string; subject: string; action: string; packages: string; effect?: 'allow' | 'deny' },
    createdAt = now(),
  ): Promise<Ceremony> {
    return this.prepares(putPermission, { effect: 'allow', ...rule, createdAt })
  }

  /** @param message empty to take it back */
  preparesDeprecation(name: string, versions: string[], message: string): Promise<Ceremony> {
    return this.prepares(deprecate, { name, versions, message })
  }

  /** @param changes of what is excepted */
  preparesException(name: string, changes: object = {}): Promise<Ceremony> {
    const until = new Date(Date.now() + 86_400_000).toISOString()
    const said = { id: createTid(), versions: '1.x', checks: ['min-age'], reason: 'a fix', decidedBy: this.did }
    return this.prepares(putException, { name, ...said, until, ...changes })
  }

  /** @param changes of what is said */
  preparesAdvisory(name: string, changes: object = {}): Promise<Ceremony> {
    const affected = [{ name, ranges: [{ events: [{ introduced: '0' }] }], versions: [] }]
    const said = { summary: 'Reads files', severity: 'high', aliases: [], cwes: [], references: [], affected }
    return this.prepares(putAdvisory, {
      ...{ id: 'ACME-1', name, ...said },
      published: '2026-01-01T00:00:00.000Z',
      ...changes,
    })
  }

  preparesRetirement(name: string, versions: string[], reason?: string): Promise<Ceremony> {
    return this.prepares(retire, { name, versions, reason })
  }

  /** @param kind `purge`, or `purgeUpstream` */
  preparesPurge(kind: typeof purge, name: string, versions: string[], reason = 'a court order'): Promise<Ceremony> {
    return this.prepares(kind, { name, versions, reason })
  }

  preparesTeam(team: { name: string; members?: string[]; groups?: Group[] }): Promise<Ceremony> {
    return this.prepares(putTeam, { members: [], ...team })
  }

  preparesClaim(name: string): Promise<Ceremony> {
    return this.prepares(claimName, { name })
  }

  /** What their people PDS writes down of what the identity provider said about them. */
  async isKnownIn(
    groups: readonly Group[],
    { observedAt = new Date(), issuer = groups[0]?.issuer } = {},
  ): Promise<void> {
    const { main } = app.npm.org.membership
    const fields = { issuer: issuer ?? '', groups: groups.map(groupKey), observedAt: observedAt.toISOString() }
    const { collection, record } = buildRecord({ schema: main, rkey: 'self', fields }, (reason) => new Error(reason))
    await this.#options.people.write(this.did, [{ action: 'put', collection, rkey: 'self', record }], {
      by: this.did,
      procedure: app.npm.operation.openSignIn.main.nsid,
    })
  }

  /** An import, as far as its approval. */
  async preparesImport(
    packed: PackedImport,
    expiry = inFiveMinutes(),
  ): Promise<Ceremony & { imported: UnplacedRecord[] }> {
    const composed = composeImport(this.#options.acme, packed, expiry)
    const createdAt = String(composed.operation.input['createdAt'])
    const place = { org: this.#options.acme, createdAt }
    const imported = [...importWitnesses(place, packed.list, new Date().toISOString())]
    const body = Buffer.from(packed.bytes)
    return { ...(await this.#prepare(importPackages.procedure, composed)), body, imported }
  }

  /** What the people PDS writes about an import by and by. */
  async leavesAttestations({ imported, op, procedure }: Ceremony & { imported: UnplacedRecord[] }): Promise<void> {
    const writes = imported.map((witness) => ({ action: 'put' as const, ...witness }))
    await this.#options.people.write(this.did, writes, { by: this.did, procedure, op })
  }

  async preparesEnrolment(subject = this.#options.subject): Promise<Ceremony> {
    const { idp } = this.#options
    const composed = composeEnrolment({ issuer: idp.config.issuer, subject, did: this.did }, inFiveMinutes())
    return this.#confirm(app.npm.operation.enrol.main.nsid, composed)
  }

  /** @param vouching one they have; none for the first */
  async addsPasskey(added: SoftwareAuthenticator, vouching?: SoftwareAuthenticator): Promise<Response> {
    const ceremony = await this.preparesPasskey(added)
    return this.sends({ ...ceremony, ...(vouching && { passkey: vouching.signs(ceremony.op) }) })
  }

  async preparesPasskey({
    credential,
    publicKey,
  }: Pick<SoftwareAuthenticator, 'credential' | 'publicKey'>): Promise<Ceremony> {
    const input = { credential, publicKey, createdAt: new Date().toISOString() }
    return this.#confirm(addPasskey.procedure, composeAddPasskey(this.did, input, inFiveMinutes()))
  }

  async preparesRemoval({ credential }: Pick<SoftwareAuthenticator, 'credential'>): Promise<Ceremony> {
    const input = { credential, createdAt: new Date().toISOString() }
    return this.#confirm(removePasskey.procedure, composeRemovePasskey(this.did, input, inFiveMinutes()))
  }

  async enrols(subject = this.#options.subject): Promise<Response> {
    return this.sends(await this.preparesEnrolment(subject))
  }

  async publishes(spec: string, options: PublishOptions = {}): Promise<Response> {
    return this.approves(await this.preparesPublish(spec, options))
  }

  /** Leaves the witness and sends the operation. */
  async approves(ceremony: Ceremony): Promise<Response> {
    await this.leavesWitness(ceremony)
    return this.sends(ceremony)
  }

  async leavesWitness({ witness, furtherWitnesses = [], procedure, op }: Ceremony): Promise<void> {
    if (witness === undefined) return
    const writes = [witness, ...furtherWitnesses].map((record) => ({ action: 'put' as const, ...record }))
    await this.#options.people.write(this.did, writes, { by: this.did, procedure, op })
  }

  /** What an IdP signs when these were approved together. @returns for each, what is sent of it */
  confirmsTogether(ceremonies: readonly Ceremony[], list = ceremonies): Ceremony[] {
    const { idp, subject } = this.#options
    const batch = composeBatch(list.map(({ op }) => op)).bytes
    const claims = idp.claimsFor(subject, sha256(batch))
    return ceremonies.map((ceremony) => ({ ...ceremony, batch, claims }))
  }

  async sends(ceremony: Ceremony, idToken?: string): Promise<Response> {
    const { idp, org } = this.#options
    return fetch(`${org.url}/xrpc/${ceremony.procedure}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${ceremony.token}`,
        'atoll-operation': Buffer.from(ceremony.bytes).toString('base64url'),
        'atoll-id-token': idToken ?? (await idp.sign(ceremony.claims)),
        'content-type': 'application/octet-stream',
        ...(ceremony.batch === undefined ? {} : { 'atoll-batch': Buffer.from(ceremony.batch).toString('base64url') }),
        ...(ceremony.passkey === undefined ? {} : { 'atoll-passkey': ceremony.passkey }),
      },
      ...(ceremony.body === undefined ? {} : { body: new Uint8Array(ceremony.body) }),
    })
  }

  /** A fresh token of this person's DID for an operation. */
  async signsToken(op: Uint8Array, method: string, lifetimeSeconds = 60): Promise<string> {
    const { people, net } = this.#options
    const audience = net.network.peers.org.did
    return signServiceToken(await people.signerFor(this.did), {
      issuer: this.did,
      audience,
      method,
      op,
      lifetimeSeconds,
    })
  }

  async #prepare(procedure: string, composed: ComposedOperation & { write: BuiltRecord }): Promise<Ceremony> {
    const createdAt = String(composed.operation.input['createdAt'])
    const [witness, ...furtherWitnesses] = buildWitnesses({ ...composed, method: 'mfa', createdAt })
    if (witness === undefined) throw new Error('every operation that writes has a witness')
    return { ...(await this.#confirm(procedure, composed)), witness, furtherWitnesses }
  }

  async #confirm(procedure: string, { bytes, op }: { bytes: Uint8Array; op: Uint8Array }): Promise<Ceremony> {
    const { idp, subject } = this.#options
    const claims = idp.claimsFor(subject, op)
    return { procedure, bytes, op, claims, token: await this.signsToken(op, procedure) }
  }
}
