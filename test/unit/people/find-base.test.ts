import { Secp256k1Keypair } from '@atproto/crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { AtollError } from '#common/errors/index.ts'
import type { Account } from '#common/identity/index.ts'
import { createLogger } from '#common/log/index.ts'
import type { ProofSources } from '#common/proof/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import { buildPackageRecord, buildTagRecord, buildVersionRecord, inspectTarball } from '#common/tarball/index.ts'
import { findBase } from '#pds/people/approve/compare/index.ts'
import { packageJsonEntry, tarballOf } from '#test/support/archives.ts'
import { RepoAuthor } from '#test/support/repo-author.ts'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const name = '@acme.test/hello'
const createdAt = '2026-03-01T12:00:00.000Z'
const log = createLogger('test', 'silent')

let acme: RepoAuthor
let account: Account
/** What the org PDS answers. */
let answer: (collection: string, rkey: string) => Promise<Uint8Array>

beforeEach(async () => {
  acme = await RepoAuthor.create(org)
  account = { did: org, handle: 'acme.test', pds: 'http://org.test', role: 'org', signingKey: acme.signingKey }
  answer = (collection, rkey) => acme.proves(collection, rkey)
})

const write = ({ collection, rkey, record }: BuiltRecord) => acme.creates(`${collection}/${rkey}`, record)
const inspected = (changes = {}) => inspectTarball(tarballOf(packageJsonEntry(changes)))
const tagged = (tag: string, version: string) => write(buildTagRecord({ org, name, tag, version, createdAt }))

async function publishes(version: string): Promise<BuiltRecord> {
  const tarball = await inspected({ version })
  const built = buildVersionRecord({ org, tarball, createdAt })
  await write(built)
  return built
}

function find(tag = 'latest') {
  const fetch = async (_nsid: string, { collection = '', rkey = '' }: Record<string, string>) =>
    new Response(Buffer.from(await answer(collection, rkey)))
  const identities = { resolve: async () => account, forget: () => {} }
  const proofs: ProofSources = { identities, peers: { org: { fetch }, people: { fetch } } }
  return findBase({ proofs, log }, { org, name, tag })
}

describe('the version to compare with', () => {
  it('is none when the repository proves that there is no such package', async () => {
    expect(await find()).toEqual({ kind: 'first' })
  })

  it('is none when no version is latest', async () => {
    await write(buildPackageRecord({ org, tarball: await inspected(), createdAt }))
    expect(await find()).toEqual({ kind: 'untagged' })
  })

  it('is the latest, whichever tag is to be set, and it is known what that names now', async () => {
    const { cid } = await publishes('1.0.0')
    await tagged('latest', '1.0.0')
    await tagged('next', '2.0.0-rc.1')
    expect(await find()).toMatchObject({ kind: 'version', cid, record: { version: '1.0.0' }, tagged: '1.0.0' })
    expect(await find('next')).toMatchObject({ kind: 'version', cid, tagged: '2.0.0-rc.1' })
    expect(await find('new')).toMatchObject({ kind: 'version', cid, tagged: undefined })
  })

  it('is not believed without the signature of the organisation', async () => {
    await publishes('1.0.0')
    await tagged('latest', '1.0.0')
    account = { ...account, signingKey: (await Secp256k1Keypair.create()).did() }
    expect(await find()).toEqual({ kind: 'unproven' })
  })

  it('is not believed when another record is shown in its place, or latest names one that is not there', async () => {
    await publishes('1.0.0')
    await tagged('latest', '1.0.0')
    answer = (collection) => acme.proves(collection, 'acme.test:hello:2.0.0')
    expect(await find()).not.toMatchObject({ kind: 'version' })
    answer = (collection, rkey) => acme.proves(collection, rkey)
    await tagged('next', '3.0.0')
    await acme.writes([{ action: 'delete', path: 'app.npm.package.version/acme.test:hello:1.0.0' }])
    expect(await find()).toEqual({ kind: 'unproven' })
  })

  it('is not believed when the records contradict where they stand', async () => {
    await publishes('1.0.0')
    const tag = buildTagRecord({ org, name, tag: 'latest', version: '1.0.0', createdAt })
    await acme.creates(`${tag.collection}/${tag.rkey}`, { ...tag.record, tag: 'other' })
    expect(await find()).toEqual({ kind: 'unproven' })
  })

  it('is not known while the org PDS does not answer', async () => {
    answer = async () => {
      throw new AtollError('ComponentUnavailable', { component: 'org' })
    }
    expect(await find()).toEqual({ kind: 'unreachable' })
  })
})
