import { Secp256k1Keypair } from '@atproto/crypto'
import { BlockMap, blocksToCarFile, readCarWithRoot } from '@atproto/repo'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '#common/identity/index.ts'
import { buildApproval, buildAttestation, composeOperation, publish, putTeam } from '#common/operations/index.ts'
import { fetchRecordProof, proveVersion, proveWitness } from '#common/proof/index.ts'
import type { UnplacedRecord } from '#common/records/index.ts'
import { buildVersionRecord, inspectTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { packageJsonEntry, tarballOf } from '#test/support/archives.ts'
import { RepoAuthor } from '#test/support/repo-author.ts'
import { SignedNetwork } from './signed-network.ts'

const acmeDid = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const aliceDid = 'did:plc:cccccccccccccccccccccccc'
const bobDid = 'did:plc:dddddddddddddddddddddddd'
const name = '@acme.test/hello'
const version = '1.0.0'
const createdAt = '2026-03-01T12:00:00.000Z'
const expiry = 1_900_000_000

const writes = (author: RepoAuthor, { collection, rkey, record }: UnplacedRecord) =>
  author.creates(`${collection}/${rkey}`, record)

async function composePublish() {
  const tarball = await inspectTarball(tarballOf(packageJsonEntry()))
  const { integrity, shasum, size } = tarball
  const input = { name, version, integrity, shasum, size, tag: 'latest', createdAt }
  return composeOperation({ org: acmeDid, procedure: publish.procedure, input, tarball, expiry })
}

let network: SignedNetwork
let acme: RepoAuthor
let alice: RepoAuthor
let published: Awaited<ReturnType<typeof composePublish>>
let attestation: UnplacedRecord

beforeEach(async () => {
  network = new SignedNetwork()
  acme = await network.add(acmeDid, 'org')
  alice = await network.add(aliceDid, 'people')
  await network.add(bobDid, 'people')
  published = await composePublish()
  attestation = buildAttestation({ ...published, method: 'mfa', createdAt })
  for (let index = 0; index < 30; index += 1) await acme.creates(`app.npm.package.tag/other:${index}`)
})

const prove = (changes: object = {}) =>
  proveVersion({ org: acmeDid, name, version, attestedBy: aliceDid, ...changes }, network.sources)
const failed = (reason: string) => ({ code: 'ProofFailed', status: 502, message: expect.stringContaining(reason) })

/** Rewrites the blocks of a proof. */
async function withBlocks(car: Uint8Array, change: (blocks: BlockMap, root: string) => void): Promise<Uint8Array> {
  const { root, blocks } = await readCarWithRoot(car)
  const changed = new BlockMap([...blocks])
  change(changed, root.toString())
  return blocksToCarFile(root, changed)
}

describe('a published version', () => {
  beforeEach(async () => {
    await writes(acme, published.write)
    await writes(alice, attestation)
  })

  it('is proven by both halves, each from the host of its role', async () => {
    const proven = await prove()
    expect(proven.cid).toBe(published.write.cid)
    expect(proven.record).toMatchObject({ name, version, integrity: published.operation.input['integrity'] })
    expect(proven.attestation).toMatchObject({ cid: attestation.cid, rev: alice.state.rev })
    expect(network.asked).toEqual(['org', 'people'])
  })

  it('is proven with a key that was changed since it was last looked up, by asking once more', async () => {
    const old = await Secp256k1Keypair.create()
    const account = await network.resolve(aliceDid)
    network.remembered.set(aliceDid, { ...(account as Account), signingKey: old.did() })
    expect((await prove()).cid).toBe(published.write.cid)
  })

  it('is not proven by somebody who did not attest it', async () => {
    await expect(prove({ attestedBy: bobDid })).rejects.toMatchObject(failed(`${bobDid} has none`))
  })

  it.each([
    ['the organisation', acmeDid, 'people'],
    ['the organisation', acmeDid, undefined],
    ['the person', aliceDid, 'org'],
    ['the person', aliceDid, undefined],
  ] as const)('is not proven when %s (%s) is hosted on %s', async (_, did, role) => {
    const account = await network.resolve(did)
    network.accounts.set(did, { ...(account as Account), role })
    await expect(prove()).rejects.toMatchObject(failed('is not hosted where'))
  })

  it('is not proven for an organisation nobody knows', async () => {
    network.accounts.delete(acmeDid)
    await expect(prove()).rejects.toMatchObject(failed('not an account of this network'))
  })

  it('is not proven with the key of somebody else', async () => {
    for (const did of [acmeDid, aliceDid]) {
      const account = (await network.resolve(did)) as Account
      const stranger = await Secp256k1Keypair.create()
      network.accounts.set(did, { ...account, signingKey: stranger.did() })
      await expect(prove()).rejects.toMatchObject(failed(`${did} is said to have written does not verify`))
      network.accounts.set(did, account)
    }
  })

  it('is not proven by the repository of another account, signed with the right key', async () => {
    const imposter = await RepoAuthor.create(bobDid, alice.keypair)
    await writes(imposter, attestation)
    network.answer = (did, collection, rkey) =>
      did === aliceDid ? imposter.proves(collection, rkey) : network.honest(did, collection, rkey)
    await expect(prove()).rejects.toMatchObject(failed('does not verify'))
  })

  it('is not proven by a commit from the future', async () => {
    const sources = { ...network.sources, clock: { now: () => Date.now() - 10 * 60_000 } }
    const claim = { org: acmeDid, name, version, attestedBy: aliceDid }
    await expect(proveVersion(claim, sources)).rejects.toMatchObject(failed('does not verify'))
  })

  it('is not proven when any block is missing', async () => {
    for (const did of [acmeDid, aliceDid]) {
      const collection = did === acmeDid ? published.write.collection : attestation.collection
      const rkey = did === acmeDid ? published.write.rkey : attestation.rkey
      const { blocks } = await readCarWithRoot(await network.honest(did, collection, rkey))
      expect(blocks.size).toBeGreaterThan(2)
      for (const cid of blocks.cids()) {
        network.answer = async (asked, ...path) => {
          const car = await network.honest(asked, ...path)
          return asked === did ? withBlocks(car, (changed) => changed.delete(cid)) : car
        }
        await expect(prove()).rejects.toMatchObject(failed('does not verify'))
      }
    }
  })

  it('is not proven when a byte of a block is changed', async () => {
    const car = await network.honest(acmeDid, published.write.collection, published.write.rkey)
    for (let index = 0; index < car.length; index += 97) {
      const flipped = Buffer.from(car)
      flipped[index] = (flipped[index] ?? 0) ^ 1
      network.answer = async (did, ...path) => (did === acmeDid ? flipped : network.honest(did, ...path))
      await expect(prove()).rejects.toMatchObject({ code: 'ProofFailed' })
    }
  })

  it('is not proven by an answer that is no proof, nothing, or without end', async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) })
    for (const body of [new Uint8Array(0), Buffer.from('{}')]) {
      network.answer = async () => body
      await expect(prove()).rejects.toMatchObject(failed('does not verify'))
    }
    const peer = { fetch: async () => new Response(endless) }
    const sources = { ...network.sources, peers: { org: peer, people: peer } }
    const claim = { org: acmeDid, name, version, attestedBy: aliceDid }
    await expect(proveVersion(claim, sources)).rejects.toMatchObject(failed('does not verify'))
  })

  it('is not proven while its host does not answer, and that is not called a failed proof', async () => {
    network.authors.delete(aliceDid)
    await expect(prove()).rejects.toMatchObject({ code: 'ComponentUnavailable' })
  })
})

describe('one half alone proves nothing', () => {
  it('a version without attestation', async () => {
    await writes(acme, published.write)
    await expect(prove()).rejects.toMatchObject(failed('has none'))
  })

  it('an attestation without version', async () => {
    await writes(alice, attestation)
    await expect(prove()).rejects.toMatchObject(failed('no such version'))
  })

  it('a version record at the place of another version', async () => {
    await acme.creates(`${published.write.collection}/acme.test:hello:2.0.0`, published.write.record)
    await expect(prove({ version: '2.0.0' })).rejects.toMatchObject(failed('about another version'))
  })

  it('a record that is no version record', async () => {
    await acme.creates(`${published.write.collection}/${published.write.rkey}`, { text: 'x' })
    await expect(prove()).rejects.toMatchObject(failed('not valid'))
  })

  it('a version that was changed after it was attested', async () => {
    const tarball = await inspectTarball(tarballOf(packageJsonEntry({ description: 'changed' })))
    await writes(acme, buildVersionRecord({ org: acmeDid, tarball, createdAt }))
    await writes(alice, attestation)
    await expect(prove()).rejects.toMatchObject(failed('has none'))
  })

  it.each([
    ['another organisation', { org: bobDid }, 'another organisation'],
    ['another name', { name: '@acme.test/other' }, 'its name'],
    ['another version', { version: '1.0.1' }, 'its version'],
    ['another tarball', { integrity: 'sha512-AAAA' }, 'its integrity'],
    ['nothing in particular', { subject: undefined }, 'not a valid'],
    ['the same place with other contents', { subject: 'other cid' }, 'other contents'],
    ['the same contents in another place', { subject: 'other uri' }, 'another record'],
  ])('an attestation about %s', async (_, changes: Record<string, unknown>, reason) => {
    const { uri, cid } = published.write
    const subjects: Record<string, object> = {
      'other cid': { uri, cid: attestation.cid },
      'other uri': { uri: uri.replace('hello', 'other'), cid },
    }
    const subject = subjects[String(changes['subject'])]
    const record = { ...attestation.record, ...changes, ...(subject === undefined ? {} : { subject }) }
    if ('subject' in changes && changes['subject'] === undefined) Reflect.deleteProperty(record, 'subject')
    await writes(acme, published.write)
    await writes(alice, { ...attestation, record: record as UnplacedRecord['record'] })
    await expect(prove()).rejects.toMatchObject(failed(reason))
  })
})

describe('a witness', () => {
  const composeTeam = () =>
    composeOperation({
      org: acmeDid,
      procedure: putTeam.procedure,
      input: { name: 'core', members: [aliceDid], createdAt },
      expiry,
    })

  it('is proven before the record it is about is written', async () => {
    const { operation, write } = composeTeam()
    const approval = buildApproval({ operation, write, createdAt })
    const wanted = { did: aliceDid, collection: approval.collection, subject: { ...write, org: acmeDid } }
    await expect(proveWitness(wanted, network.sources)).rejects.toMatchObject({ code: 'NotAttested', status: 403 })
    await writes(alice, approval)
    expect((await proveWitness(wanted, network.sources)).cid).toBe(approval.cid)
  })

  it('of one kind does not do for another', async () => {
    const { operation, write } = composeTeam()
    const approval = buildApproval({ operation, write, createdAt })
    const collection = app.npm.publish.attestation.$nsid
    await writes(alice, { ...approval, collection })
    const wanted = { did: aliceDid, collection, subject: { ...write, org: acmeDid } }
    await expect(proveWitness(wanted, network.sources)).rejects.toMatchObject({ code: 'NotAttested' })
    const unknown = { ...wanted, collection: published.write.collection }
    await writes(alice, { ...approval, collection: unknown.collection })
    await expect(proveWitness(unknown, network.sources)).rejects.toMatchObject({ code: 'NotAttested' })
  })
})

it('proves that a record is not there, from a full repository and from an empty one', async () => {
  const wanted = { did: acmeDid, role: 'org', collection: 'app.npm.package.tag', rkey: 'missing' } as const
  expect(await fetchRecordProof(wanted, network.sources)).toBeUndefined()
  expect(await fetchRecordProof({ ...wanted, did: bobDid, role: 'people' }, network.sources)).toBeUndefined()
  expect(await fetchRecordProof({ ...wanted, rkey: 'other:7' }, network.sources)).toMatchObject({ rev: acme.state.rev })
})
