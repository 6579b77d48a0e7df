import { Readable } from 'node:stream'
import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Anchors,
  Evidence,
  fetchAnchors,
  proofSources,
  publicSources,
  verifyPackages,
} from '#appliance/verify/index.ts'
import { buildAttestation, composeOperation, publish, putPermission } from '#common/operations/index.ts'
import { type BuiltRecord, buildRecord, type UnplacedRecord } from '#common/records/index.ts'
import { heightOfKey } from '#common/sync/mst/height.ts'
import { inspectTarball } from '#common/tarball/index.ts'
import { app, atproto } from '#lexicons'
import { pack, packageFolder } from '#test/support/package-folder.ts'
import { GatewayScene } from './gateway-scene.ts'
import { IssuedTokens } from './issued-tokens.ts'
import { LyingRegistry } from './lying-registry.ts'
import { Person } from './person.ts'

const name = '@acme.test/hello'
const nobody = { by: 'nobody', procedure: 'none' }
const createdAt = new Date().toISOString()

let scene: GatewayScene
let anchors: Anchors
let alice: DidString
let bob: DidString
let registry: LyingRegistry

beforeAll(async () => {
  scene = await GatewayScene.opens()
  ;[alice, bob] = [await scene.alice.did(), await scene.bob.did()]
  const published = await scene.alice.publishes({ name, version: '1.0.0' })
  expect(published.status).toBe(201)
  anchors = await fetchAnchors(new LyingRegistry(scene.url, scene.alice.token ?? ''))
})
afterAll(() => scene?.[Symbol.asyncDispose]())
beforeEach(() => {
  registry = new LyingRegistry(scene.url, scene.alice.token ?? '')
})

/** What `atoll verify` finds about a version that a lockfile pins. */
async function verified(version: string, changes: Partial<Anchors> = {}, packages = [name]) {
  const pinned = { ...anchors, ...changes }
  const sources = proofSources(registry, pinned)
  const outside = publicSources(registry, pinned)
  const setting = { client: registry, anchors: pinned, sources, outside, evidence: new Evidence(registry, sources) }
  const locked = packages.map((one) => {
    const tarball = `${scene.url}/${scene.acme}/${one}/-/x-${version}.tgz`
    return { name: one, version, integrity: undefined, tarball, line: undefined }
  })
  const outcomes = await verifyPackages(locked, { ...setting, packuments: new Map() }, () => {})
  return outcomes.map(({ state, findings, believable }) => {
    const rules = findings.filter(({ rule }) => rule !== 'no-integrity')
    return { state, rules: rules.map(({ rule }) => rule), reason: rules[0]?.reason, believable }
  })
}
const failed = (rule: string, reason: string) => [
  expect.objectContaining({ state: 'failed', rules: [rule], reason: expect.stringContaining(reason) }),
]

const evidenceOf = async (version: string) => {
  const params = { org: scene.acme, name, version, viewer: alice }
  return (await scene.calls('appview', 'gateway')).call(app.npm.registry.getEntitlement, { params })
}

/** What the gateway answers who wants a proof. */
const answers = async (who: Person, params: Record<string, string>) => {
  const path = `/xrpc/${app.npm.gateway.getRecordProof.$nsid}?${new URLSearchParams(params)}`
  const answer = await who.asks(path)
  if (answer.ok) return [answer.status, 'a proof']
  const { error, message } = (await answer.json()) as { error: string; message: string }
  return [answer.status, error, message]
}
const asks = async (who: Person, params: Record<string, string>) => (await answers(who, params)).slice(0, 2)

describe('a version that was published by who may', () => {
  it('is proven, with the right to', async () => {
    expect(await verified('1.0.0')).toEqual([{ state: 'proven', rules: [], reason: undefined, believable: undefined }])
  })

  it('stays so when the right is withdrawn, for the approval of it stays', async () => {
    const said = { subject: bob, packages: name, action: 'publish', effect: 'allow', id: 'bobs' }
    const asks = (input: object) => ({ org: scene.acme, procedure: app.npm.operation.putPermission.$nsid, input })
    await scene.permits(bob, 'read')
    expect((await scene.alice.operates(asks(said))).status).toBe(200)
    expect((await scene.bob.publishes({ name, version: '1.1.0' })).status).toBe(201)
    expect((await scene.alice.operates(asks({ ...said, retired: true }))).status).toBe(200)
    expect(await verified('1.1.0')).toMatchObject([{ state: 'proven', rules: [] }])
  })

  it('costs the proofs of its rights once in a run', async () => {
    await verified('1.0.0', {}, [name, name, name])
    const { approval } = app.npm.org
    const rights = registry.asked.filter((nsid) => [approval.$nsid, app.npm.registry.org.$nsid].includes(nsid))
    expect(rights.sort()).toEqual([approval.$nsid, app.npm.registry.org.$nsid].sort())
  })

  it('is not when the registry shows nothing, unless the anchors say that it is believed of this very record', async () => {
    registry.lies.set(app.npm.registry.getEntitlement.$nsid, () => ({ unshown: 'a group is not what it was' }))
    const [outcome] = await verified('1.0.0')
    expect([outcome]).toEqual(failed('entitlement-unshown', 'a group is not what it was'))
    const believed = [outcome?.believable ?? expect.fail('nothing can be believed')]
    expect(await verified('1.0.0', { believed })).toMatchObject([
      { state: 'believed', rules: ['entitlement-believed'] },
    ])
    for (const other of [{ record: 'bafyother' }, { attestedBy: bob }]) {
      const others = believed.map((one) => ({ ...one, ...other }))
      expect(await verified('1.0.0', { believed: others })).toEqual(failed('entitlement-unshown', 'a group'))
    }
  })

  it('is believed where the anchors leave the rights of a whole organisation to the registry, and of no other', async () => {
    registry.lies.set(app.npm.registry.getEntitlement.$nsid, () => ({ unshown: 'your token is limited' }))
    const orgsWith = (did: string) => anchors.orgs.map((org) => (org.did === did ? believed(org) : org))
    expect(await verified('1.0.0', { orgs: orgsWith(scene.acme) })).toMatchObject([
      { state: 'believed', rules: ['entitlement-believed'] },
    ])
    const others = orgsWith('did:plc:none')
    expect(await verified('1.0.0', { orgs: others })).toMatchObject([{ state: 'failed' }])
  })

  it('is not by rights that are not those it was published by, whatever the anchors say', async () => {
    registry.lies.set(app.npm.registry.getEntitlement.$nsid, () => ({ rights: [], memberships: [] }))
    const [outcome] = await verified('1.0.0', { orgs: anchors.orgs.map(believed) })
    expect([outcome]).toEqual(failed('not-entitled', `does not entitle ${alice}`))
    expect(outcome?.believable).toBeUndefined()
  })
})

const believed = (org: Anchors['orgs'][number]) => ({ ...org, rights: 'believed' as const })

describe('a version that somebody attests who was never entitled, written by a broken org PDS', () => {
  const version = '6.6.6'
  let attack: BuiltRecord
  let rule: BuiltRecord

  beforeAll(async () => {
    const tarball = await pack(await packageFolder({ name, version }))
    const inspected = await inspectTarball(tarball)
    const { integrity, shasum, size } = inspected
    const input = { name, version, integrity, shasum, size, tag: 'latest', createdAt }
    const expiry = Math.floor(Date.now() / 1000) + 300
    const composed = composeOperation({
      ...{ org: scene.acme, procedure: publish.procedure, input, expiry, tarball: inspected },
    })
    attack = composed.write
    await writesAs(bob, buildAttestation({ ...composed, method: 'mfa', createdAt }))
    const own = { id: 'own', subject: bob, action: 'publish', packages: name, effect: 'allow', createdAt }
    rule = putPermission.draftRecord(scene.acme, own)
    await writesAs(bob, approvalOf(rule))
    const { orgHost } = scene
    const stored = await orgHost.receiveUpload(Readable.from([tarball]), tarball.length)
    const writes = [rule, attack].map((one) => ({ action: 'create' as const, ...one }))
    await orgHost.write(scene.acme, writes, nobody, [{ ...stored, mimeType: 'application/gzip' }])
  })
  beforeEach(() => {
    registry.lies.set(app.npm.registry.getVersion.$nsid, () => ({
      ...{ org: scene.acme, name, version, record: { uri: attack.uri, cid: attack.cid }, attestedBy: bob },
      ...{ tarball: attack.cid, size: 1, integrity: attack.record['integrity'], shasum: '0'.repeat(40) },
      ...{ verdict: { kind: 'allow' }, indexedAt: createdAt },
    }))
    registry.proofs = fromPdses
  })

  const writesAs = (did: string, record: UnplacedRecord) =>
    scene.parts.people.host.write(did, [{ action: 'put', ...record }], nobody)
  const approvalOf = ({ uri, cid }: BuiltRecord) =>
    buildRecord(
      { schema: app.npm.org.approval.main, rkey: cid, fields: { org: scene.acme, subject: { uri, cid }, createdAt } },
      (reason) => new Error(reason),
    )
  const fromPdses = async ({ did = '', collection = '', rkey = '' }: Record<string, string>) => {
    const pds = await scene.calls(did === scene.acme ? 'org' : 'people', 'gateway')
    return pds.fetch(atproto.getRecord, { did, collection, rkey })
  }
  const shows = (rights: object[]) =>
    registry.lies.set(app.npm.registry.getEntitlement.$nsid, () => ({ rights, memberships: [] }))
  const shown = (approvedBy: string) => {
    return { uri: rule.uri, cid: rule.cid, record: rule.record, approvedBy }
  }

  it('has both halves, so nothing but the right is missing', async () => {
    shows([])
    expect(await verified(version)).toEqual(failed('not-entitled', `does not entitle ${bob}`))
  })

  it('fails when the registry shows nothing', async () => {
    expect(await verified(version)).toEqual(failed('entitlement-unshown', 'nobody who was entitled'))
  })

  it('fails with the rights of somebody else', async () => {
    shows([...((await evidenceOf('1.0.0')).rights ?? expect.fail('no rights'))])
    expect(await verified(version)).toEqual(failed('not-entitled', `does not entitle ${bob}`))
  })

  it('fails with a rule that they approved themselves, or that nobody did', async () => {
    shows([shown(bob)])
    expect(await verified(version)).toEqual(failed('not-entitled', `${bob}, who approved`))
    shows([shown(alice)])
    expect(await verified(version)).toEqual(failed('not-entitled', 'there is none'))
  })

  it('is not allowed, where the AppView says what it thinks', async () => {
    registry.lies.clear()
    expect(await verified(version)).toMatchObject([{ state: 'failed' }])
  })
})

describe('the proof of an attestation', () => {
  const attestation = async () => {
    const params = { org: scene.acme, name, version: '1.0.0', viewer: alice }
    const { record } = await (await scene.calls('appview', 'gateway')).call(app.npm.registry.getVersion, { params })
    return { did: alice, collection: app.npm.publish.attestation.$nsid, rkey: record.cid }
  }
  const there = [200, 'a proof']
  const missing = () => [404, 'NotFound', `${alice} was not found here.`]

  it('is for who may read the package that it is about; others do not learn that there is one', async () => {
    const asked = await attestation()
    expect(await answers(scene.alice, asked)).toEqual(there)
    expect(await answers(scene.alice, { ...asked, rkey: anchors.registryDid })).toEqual(missing())
    const carol = new Person(scene.url, 'carol')
    await carol.signsIn()
    expect(await answers(carol, asked)).toEqual(missing())
  })

  it('is for a token that covers that package', async () => {
    await using issued = await IssuedTokens.of(scene.parts.gateway.database)
    const limitedTo = async (...packages: string[]) =>
      Person.holding(await issued.issue({ did: alice, handle: 'alice.people.test', packages }), scene.url)
    expect(await answers(await limitedTo('@acme.test/he*'), await attestation())).toEqual(there)
    expect(await answers(await limitedTo('@acme.test/other'), await attestation())).toEqual(missing())
  })
})

describe('evidence', () => {
  const approvalsOf = async (version: string) => {
    const [right = expect.fail('no right')] = (await evidenceOf(version)).rights ?? []
    const about = `at://${scene.acme}/${app.npm.package.version.$nsid}/acme.test:hello:${version}`
    return { did: right.approvedBy, collection: app.npm.org.approval.$nsid, rkey: right.cid, for: about }
  }

  it('is shown about the version it belongs to, and about nothing else', async () => {
    const approval = await approvalsOf('1.0.0')
    expect(await asks(scene.alice, approval)).toEqual([200, 'a proof'])
    const { for: about, ...alone } = approval
    expect(await asks(scene.alice, alone)).toEqual([400, 'InvalidRequest'])
    expect(await asks(scene.alice, { ...approval, for: about.replace('1.0.0', '1.1.0') })).toEqual([404, 'NotFound'])
    expect(await asks(scene.alice, { ...approval, for: about.replace('1.0.0', '9.9.9') })).toEqual([404, 'NotFound'])
    expect(await asks(scene.alice, { ...approval, for: `at://${scene.acme}/app.npm.org.team/core` })).toEqual([
      ...[400, 'InvalidRequest'],
    ])
    const { $nsid: membership } = app.npm.org.membership
    expect(await asks(scene.alice, { ...approval, collection: membership, rkey: 'self' })).toEqual([404, 'NotFound'])
    const { $nsid: registered } = app.npm.registry.org
    const root = { ...approval, did: anchors.registryDid, collection: registered, rkey: scene.acme }
    expect(await asks(scene.alice, root)).toEqual([200, 'a proof'])
    expect(await asks(scene.alice, { ...root, rkey: bob })).toEqual([404, 'NotFound'])
  })

  it('is not for a token that is limited, with which nothing is proven', async () => {
    await using issued = await IssuedTokens.of(scene.parts.gateway.database)
    const token = await issued.issue({ did: alice, handle: 'alice.people.test', packages: ['@acme.test/*'] })
    const narrow = Person.holding(token, scene.url)
    expect(await asks(narrow, await approvalsOf('1.0.0'))).toEqual([403, 'TokenTooNarrow'])
    registry = new LyingRegistry(scene.url, token)
    expect(await verified('1.0.0')).toEqual(failed('entitlement-unshown', 'limited to @acme.test/*'))
  })

  it('is enough for the organisation’s own token, as CI has one, where no rule is about everyone', async () => {
    await using issued = await IssuedTokens.of(scene.parts.gateway.database)
    const token = await issued.issue({ did: scene.acme, handle: 'acme.test', access: 'read-only' })
    registry = new LyingRegistry(scene.url, token)
    expect((await fetchAnchors(registry)).orgs).toMatchObject([{ did: scene.acme }])
    expect(await verified('1.0.0')).toMatchObject([{ state: 'proven', rules: [] }])
  })

  it('from the registry’s repository is not for who is not shown every name it was granted', async () => {
    const { $nsid: collection } = app.npm.registry.org
    const { for: about } = await approvalsOf('1.0.0')
    const root = { did: anchors.registryDid, collection, rkey: scene.acme, for: about }
    expect(await asks(scene.alice, root)).toEqual([200, 'a proof'])
    const { $type } = app.npm.name.grant.main
    const secret = nameInRoot()
    const record = { $type, org: bob, name: secret, createdAt }
    const write = { action: 'put' as const, collection: $type, rkey: secret, record }
    await scene.parts.people.host.write(anchors.registryDid, [write], nobody)
    expect(await asks(scene.alice, root)).toEqual([403, 'ProofNamesOthers'])
    expect(await verified('1.0.0')).toEqual(failed('entitlement-unshown', 'names packages that you'))
  })
})

/** A name whose grant lies in the root of the registry's tree, which every proof begins with. */
function nameInRoot(): string {
  for (let n = 0; ; n += 1) if (heightOfKey(`${app.npm.name.grant.$nsid}/secret-${n}`) >= 6) return `secret-${n}`
}
