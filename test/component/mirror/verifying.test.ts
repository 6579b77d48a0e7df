import { Secp256k1Keypair } from '@atproto/crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Anchors, Evidence, proofSources, publicSources, verifyPackages } from '#appliance/verify/index.ts'
import { versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import { put } from '#test/component/appview/appview-scene.ts'
import { attests, type Draft, drafts } from '#test/component/appview/deeds.ts'
import { RepoAuthor } from '#test/support/repo-author.ts'
import { PassedOn } from './passed-on.ts'
import { PublicScene } from './public-scene.ts'

const waitMs = { timeout: 30_000, interval: 50 }
const registry = 'http://registry.test'
const { $nsid: versions } = app.npm.package.version
const { $nsid: attestations } = app.npm.publish.attestation
const { $nsid: publishers } = app.npm.org.publishers
const { $nsid: log } = app.npm.gateway.getOperationLog
const colors = { name: '@lib.test/colors', version: '1.0.0' }
const pair = { name: '@duo.test/pair', version: '1.0.0' }

let scene: PublicScene
let lib: RepoAuthor
let duo: RepoAuthor
/** As it was before it listed anybody. */
let early: RepoAuthor
let ann: RepoAuthor
let eve: RepoAuthor
let lone: Draft
let both: Draft
let client: PassedOn

beforeAll(async () => {
  scene = await PublicScene.opens()
  ;[lib, duo] = [await scene.joins('lib.test'), await scene.joins('duo.test')]
  ;[ann, eve] = [await scene.joins('ann.test'), await scene.joins('eve.test')]
  early = await RepoAuthor.create(duo.did, duo.keypair)
  await scene.starts()
  lone = await drafts(lib, colors)
  both = await drafts(duo, pair)
  for (const draft of [lone, both]) scene.holds(draft)
  await scene.tells(duo, [put(publishers, 'self', { publishers: [ann.did] }, 'create')])
  await scene.tells(ann, [attests(duo, both)])
  await scene.tells(eve, [attests(duo, both)])
  await scene.tells(lib, lone.writes)
  await scene.tells(duo, both.writes)
  scene.passes(100)
  for (const author of [lib, duo, ann, eve]) await scene.isMirrored(author)
  const rendered = async () => (await scene.sql('SELECT name FROM upstream_file')).rows.length
  await vi.waitFor(async () => expect(await rendered()).toBe(2), waitMs)
})
afterAll(() => scene?.[Symbol.asyncDispose]())
beforeEach(() => {
  client = new PassedOn(registry, scene.inside.parts.gateway)
})

interface Pinned {
  name: string
  version: string
  did?: string
  integrity?: string
}

/** What `atoll verify` finds of one package that a lockfile pins. */
async function verified({ name, version, did, integrity }: Pinned, changes: Partial<Anchors> = {}) {
  const { network } = scene.inside.parts.net
  const anchors: Anchors = {
    ...{ version: 1, registry, registryDid: network.registryDid, marker: network.marker },
    hosts: { org: [...network.hosts.org], people: [...network.hosts.people] },
    orgs: [{ did: scene.inside.parts.acme.did, handle: 'acme.test' }],
    ...changes,
  }
  const sources = proofSources(client, anchors)
  const setting = { client, anchors, sources, outside: publicSources(client, anchors) }
  const owner = did ?? (name === pair.name ? duo.did : lib.did)
  const tarball = `${registry}/${owner}/${name}/-/x-${version}.tgz`
  const locked = { name, version, integrity: integrity ?? integrityOf(name), tarball, line: undefined }
  const evidence = new Evidence(client, sources)
  const [outcome] = await verifyPackages([locked], { ...setting, evidence, packuments: new Map() }, () => {})
  const { state, network: where, findings = [] } = outcome ?? {}
  return { state, network: where, rules: findings.map(({ rule }) => rule), reason: findings[0]?.reason }
}
const integrityOf = (name: string) => (name === pair.name ? both.integrity : lone.integrity)
const failed = (rule: string, reason: string) => ({
  ...{ state: 'failed', network: undefined, rules: [rule] },
  reason: expect.stringContaining(reason),
})

/** A proof is shown that somebody made of a repository of their own. */
function shows(of: RepoAuthor, collection: string, from: RepoAuthor): void {
  const prove = new Map<string, Uint8Array>()
  client.lies.set(`${of.did}/${collection}`, ({ rkey = '' }) => prove.get(rkey))
  forged.push(async (rkey) => void prove.set(rkey, await from.proves(collection, rkey)))
}
let forged: ((rkey: string) => Promise<void>)[] = []
beforeEach(() => {
  forged = []
})
const makes = (...rkeys: string[]) => Promise.all(forged.flatMap((make) => rkeys.map(make)))

const rkeyOf = ({ name, version }: Pinned) => versionKey(name, version)

describe('a version of the public network', () => {
  it('is proven with both its parties, and nothing inside is asked', async () => {
    expect(await verified(pair)).toEqual({ state: 'proven', network: 'public', rules: [], reason: undefined })
    const proofs = client.asked.filter((nsid) => /getOperationLog|getRecordProof/.test(nsid))
    expect(new Set(proofs.map((nsid) => nsid.split(' ')[1]))).toEqual(new Set(['public']))
  })

  it('is proven with one, which is said', async () => {
    expect(await verified(colors)).toMatchObject({ state: 'proven', network: 'public', rules: ['single-party'] })
  })

  it('is proven also when the registry names another attester, or none', async () => {
    client.lies.set(app.npm.registry.getTrust.$nsid, () => trustBy(undefined))
    expect(await verified(pair)).toMatchObject({ state: 'proven' })
    client.lies.set(app.npm.registry.getTrust.$nsid, () => trustBy(eve.did))
    expect(await verified(pair)).toMatchObject({ state: 'proven' })
  })
})

/** What the registry says of who attests. */
function trustBy(did: string | undefined) {
  const proof = { uri: `at://${did}/${attestations}/${both.record.cid}`, cid: both.record.cid }
  const parties = { fact: 'parties', stance: 'for', says: 'Two-party', ...(did && { by: did, proof }) }
  const about = { package: pair.name, version: pair.version, source: 'public', verdict: { kind: 'allow' } }
  return { ...about, sentence: 'It may be installed.', facts: [parties] }
}

describe('an operation log', () => {
  const honest = async () => (await fetch(`${scene.outside.directory.url}/${lib.did}/log`)).json() as Promise<object[]>

  it('that was changed proves no account', async () => {
    const [genesis] = await honest()
    const other = { ...genesis, verificationMethods: { atproto: eve.signingKey } }
    client.lies.set(log, () => [other])
    expect(await verified(colors)).toEqual(failed('identity-unproven', 'its operation log was altered'))
  })

  it('of another account proves none', async () => {
    const others = await (await fetch(`${scene.outside.directory.url}/${eve.did}/log`)).json()
    client.lies.set(log, () => others)
    expect(await verified(colors)).toEqual(failed('identity-unproven', 'its operation log was altered'))
  })

  it('of the private network proves none, where the same account is in both', async () => {
    const { acme, directory } = scene.inside.parts
    const inside = await (await fetch(`${directory.url}/${acme.did}/log`)).json()
    client.lies.set(log, () => inside)
    expect(await verified({ ...colors, did: acme.did }, { orgs: [] })).toEqual(
      failed('identity-unproven', 'that of a private network'),
    )
  })

  it('is not passed on of an account that is inside alone', async () => {
    const { did } = scene.inside.parts.acme
    expect(await verified({ ...colors, did }, { orgs: [] })).toEqual(failed('unknown-publisher', did))
  })
})

describe('a name', () => {
  it('is of nobody but an account that has its scope for a handle', async () => {
    expect(await verified({ ...pair, did: lib.did })).toEqual(failed('foreign-scope', 'never had the handle duo.test'))
  })

  it('stays with an account that had the handle', async () => {
    await scene.outside.directory.changes(lib.did, { handle: 'new.test' })
    expect(await verified(colors)).toMatchObject({ state: 'proven' })
    await scene.outside.directory.changes(lib.did, { handle: 'lib.test' })
  })

  it('of an organisation among the anchors is looked for inside, whoever the lockfile pins', async () => {
    const found = await verified({ name: '@acme.test/ui', version: '1.0.0', did: lib.did })
    expect(found).toEqual(failed('unknown-publisher', lib.did))
    expect(client.asked).toEqual([])
  })
})

describe('the record of a version', () => {
  it('counts by the key of its account alone', async () => {
    const thief = await RepoAuthor.create(lib.did, await Secp256k1Keypair.create())
    await thief.writes(lone.writes)
    shows(lib, versions, thief)
    await makes(rkeyOf(colors))
    expect(await verified(colors)).toEqual(failed('not-proven', 'does not verify'))
  })

  it('counts in the repository of its account alone', async () => {
    const other = await RepoAuthor.create(eve.did, lib.keypair)
    await other.writes(lone.writes)
    shows(lib, versions, other)
    await makes(rkeyOf(colors))
    expect(await verified(colors)).toEqual(failed('foreign-record', 'the repository of another account'))
  })

  it('is about this version of this package', async () => {
    const copy = await RepoAuthor.create(lib.did, lib.keypair)
    const nine = await drafts(lib, { ...colors, version: '9.9.9' })
    const record = { ...nine.record.record }
    await copy.writes([{ action: 'create', path: `${versions}/${rkeyOf(colors)}`, record }])
    shows(lib, versions, copy)
    await makes(rkeyOf(colors))
    expect(await verified(colors)).toEqual(failed('foreign-record', 'about another version'))
  })

  it('is there', async () => {
    expect(await verified({ ...colors, version: '2.0.0' })).toEqual(failed('not-proven', 'has no such version'))
  })
})

describe('the second party', () => {
  it('is on the list of the organisation', async () => {
    client.lies.set(app.npm.registry.getTrust.$nsid, () => trustBy(eve.did))
    const copy = await ann.copy()
    await copy.writes([{ action: 'delete', path: `${attestations}/${both.record.cid}` }])
    shows(ann, attestations, copy)
    await makes(both.record.cid)
    expect(await verified(pair)).toEqual(failed('not-listed', eve.did))
    client.lies.set(app.npm.registry.getTrust.$nsid, () => trustBy(undefined))
    expect(await verified(pair)).toEqual(failed('not-attested', 'none of the 1 publishers'))
  })

  it('attests exactly this record', async () => {
    const copy = await RepoAuthor.create(ann.did, ann.keypair)
    await copy.writes([attests(duo, both, { integrity: lone.integrity })])
    shows(ann, attestations, copy)
    await makes(both.record.cid)
    expect(await verified(pair)).toEqual(failed('not-attested', `its integrity is not the record's`))
  })

  it('signs with its own key', async () => {
    const forger = await RepoAuthor.create(ann.did, duo.keypair)
    await forger.writes([attests(duo, both)])
    shows(ann, attestations, forger)
    await makes(both.record.cid)
    expect(await verified(pair)).toEqual(failed('not-attested', 'does not verify'))
  })

  it('is not done without by a list that the organisation did not sign, nor by an earlier state of its repository', async () => {
    const forger = await RepoAuthor.create(duo.did, eve.keypair)
    await forger.writes(both.writes)
    shows(duo, publishers, forger)
    await makes('self')
    expect(await verified(pair)).toEqual(failed('not-proven', 'does not verify'))
    forged = []
    shows(duo, publishers, early)
    await makes('self')
    expect(await verified(pair)).toEqual(failed('not-proven', 'older than the version'))
  })
})

describe('the tarball', () => {
  it('is the one that the lockfile pins', async () => {
    expect(await verified({ ...colors, integrity: both.integrity })).toMatchObject({
      ...{
        state: 'failed',
        rules: ['other-bytes', 'single-party'],
        reason: expect.stringContaining('the lockfile has'),
      },
    })
  })

  it('is the blob that the record names', async () => {
    const changed = Buffer.from(lone.bytes)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    for (const [bytes, reason] of [
      [changed, 'not the blob that its record names'],
      [Buffer.concat([lone.bytes, Buffer.alloc(1)]), 'longer than its record says'],
    ] as const) {
      client.bytes = bytes
      expect(await verified(colors)).toMatchObject({
        ...{ state: 'failed', rules: ['other-bytes', 'single-party'] },
        reason: expect.stringContaining(reason),
      })
    }
  })

  it('has the integrity that the record says', async () => {
    const copy = await RepoAuthor.create(lib.did, lib.keypair)
    const record = { ...lone.record.record, integrity: both.integrity }
    await copy.writes([{ action: 'create', path: `${versions}/${rkeyOf(colors)}`, record }])
    shows(lib, versions, copy)
    client.lies.set(`${lib.did}/${publishers}`, () => nobodyListed)
    const nobodyListed = await copy.proves(publishers, 'self')
    await makes(rkeyOf(colors))
    expect(await verified({ ...colors, integrity: both.integrity })).toMatchObject({
      ...{ state: 'failed', rules: ['other-bytes', 'single-party'] },
      reason: expect.stringContaining('does not have the integrity it says'),
    })
  })

  it('is let in by policy', async () => {
    client.bytes = 'it is held'
    expect(await verified(colors)).toMatchObject({ state: 'failed', rules: ['not-allowed', 'single-party'] })
  })
})

describe('what is passed on', () => {
  const ask = (nsid: string, params: Record<string, string>) => scene.inside.parts.gateway.fetch(nsid, params)
  const { getPublicLog, getPublicProof } = app.npm.registry
  const missing = { code: 'NotFound' }

  it('is of accounts that are mirrored, and of nobody else', async () => {
    const { did } = await scene.joins('stranger.test')
    const place = { collection: versions, rkey: rkeyOf(colors) }
    await expect(ask(getPublicLog.$nsid, { did })).rejects.toMatchObject(missing)
    await expect(ask(getPublicProof.$nsid, { did, ...place })).rejects.toMatchObject(missing)
    expect((await ask(getPublicProof.$nsid, { did: lib.did, ...place })).ok).toBe(true)
  })

  it('is what versions stand on, and nothing else of a repository', async () => {
    const place = { did: lib.did, collection: 'app.bsky.feed.post', rkey: 'self' }
    await expect(ask(getPublicProof.$nsid, place)).rejects.toMatchObject(missing)
  })
})

it('says that it could not ask while the PDS is away', async () => {
  scene.outside.host.down = true
  expect(await verified(colors)).toMatchObject({ state: 'failed', rules: ['unanswered'] })
  scene.outside.host.down = false
})
