import { beforeEach, describe, expect, it } from 'vitest'
import { groupKey } from '#common/groups/index.ts'
import {
  type ClaimedRight,
  type EntitlementClaim,
  type ProveRecord,
  proveEntitlement,
  readAttestation,
} from '#common/proof/entitlement/index.ts'
import { fetchRecordProof } from '#common/proof/index.ts'
import { cidOfRecord, type RecordValue, recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { SignedNetwork } from './signed-network.ts'

const did = (letter: string) => `did:plc:${letter.repeat(24)}`
const [org, registry, dan, erin, alice, bob] = ['a', 'b', 'd', 'e', 'f', 'g'].map(did) as [
  ...[string, string, string],
  ...[string, string, string],
]
const name = '@acme.test/hello'
const createdAt = '2026-03-01T12:00:00.000Z'
const { team, permission, trustedPublisher, approval, membership } = app.npm.org

let network: SignedNetwork
let people: Record<string, RepoAuthor>
/** Which records were asked for. */
let asked: string[]

beforeEach(async () => {
  network = new SignedNetwork()
  people = {}
  asked = []
  for (const one of [registry, dan, erin, alice, bob]) people[one] = await network.add(one, 'people')
  await registers([dan])
})

const authorOf = (one: string): RepoAuthor => people[one] ?? expect.fail(`${one} is nobody`)
const writes = (one: string, $type: string, rkey: string, fields: object) =>
  authorOf(one).creates(`${$type}/${rkey}`, { $type, createdAt, ...fields } as RecordValue)
const registers = (managers: string[], rest: object = {}) =>
  writes(registry, app.npm.registry.org.$nsid, org, { org, managers, ...rest })

/** A record, which stands nowhere, and the approval of it. */
async function approved(
  $type: string,
  rkey: string,
  fields: object,
  { by = dan, changes = {} }: { by?: string; changes?: object } = {},
): Promise<ClaimedRight> {
  const record = { $type, createdAt, ...fields } as RecordValue
  const [uri, cid] = [recordUri(org, $type, rkey), cidOfRecord(record)]
  await writes(by, approval.$nsid, cid, { org, subject: { uri, cid }, ...changes })
  return { uri, cid, record, approvedBy: by }
}

const rule = (fields: object, how?: Parameters<typeof approved>[3], id = 'rule') =>
  approved(permission.$nsid, id, { action: 'publish', packages: '*', effect: 'allow', ...fields }, how)
const teamOf = (slug: string, fields: object, how?: Parameters<typeof approved>[3]) =>
  approved(team.$nsid, slug, { name: slug, members: [], ...fields }, how)

const prove: ProveRecord = async (wanted) => {
  asked.push(`${wanted.did} ${wanted.collection}`)
  return fetchRecordProof(wanted, network.sources)
}
const attested = { name, author: alice, method: 'mfa', stagedBy: null, publisher: null }
const proves = (rights: ClaimedRight[], changes: Partial<EntitlementClaim> = {}) =>
  proveEntitlement({ org, registry, attested, rights, memberships: [], ...changes }, prove)
const failed = (reason: string) => ({ code: 'ProofFailed', message: expect.stringContaining(reason) })

describe('somebody is proven to have been entitled', () => {
  it('by a rule about them that a manager approved, without a record of the organisation', async () => {
    await proves([await rule({ subject: alice })])
    expect(asked).toEqual([`${registry} ${app.npm.registry.org.$nsid}`, `${dan} ${approval.$nsid}`])
  })

  it('by a rule about a team they are in', async () => {
    await proves([await teamOf('core', { members: [alice] }), await rule({ subject: 'team:core', packages: name })])
  })

  it('by a rule that somebody approved who manages by another', async () => {
    const manages = await rule({ subject: erin, action: 'manage' }, {}, 'manage')
    await proves([manages, await rule({ subject: alice }, { by: erin })])
  })

  it('by a team they are in through a group, as their own repository says', async () => {
    const group = { issuer: 'https://idp.test', id: 'release' }
    await writes(alice, membership.$nsid, 'self', {
      ...{ issuer: group.issuer, groups: [groupKey(group)], observedAt: createdAt },
    })
    const rights = [await teamOf('core', { groups: [group] }), await rule({ subject: 'team:core' })]
    await proves(rights, { memberships: [alice] })
    await expect(proves(rights)).rejects.toMatchObject(failed('does not entitle'))
    await expect(proves(rights, { memberships: [bob] })).rejects.toMatchObject(failed('does not entitle'))
  })

  it('who approved what another staged, when both were', async () => {
    const rights = [
      await rule({ subject: alice, action: 'approve' }, {}, 'one'),
      await rule({ subject: bob }, {}, 'two'),
    ]
    const staged = { ...attested, stagedBy: bob }
    await proves(rights, { attested: staged })
    await expect(proves(rights.slice(0, 1), { attested: staged })).rejects.toMatchObject(failed('does not entitle'))
    await expect(proves(rights.slice(1), { attested: staged })).rejects.toMatchObject(failed('does not entitle'))
  })

  it('as the trusted publisher whose job it was', async () => {
    const job = { issuer: 'https://ci.test', packages: ['@acme.test/*'] }
    const known = { repositoryId: '74', ownerId: '65', workflow: '.github/workflows/release.yml' }
    const trusted = await approved(trustedPublisher.$nsid, 'ci', { ...job, ...known })
    const publisher = trusted.uri
    await proves([trusted], { attested: { ...attested, method: 'ci', publisher } })
    await expect(proves([trusted])).rejects.toMatchObject(failed('does not entitle'))
    const other = { ...attested, method: 'ci', publisher, name: '@other.test/x' }
    await expect(proves([trusted], { attested: other })).rejects.toMatchObject(failed('does not entitle'))
  })
})

describe('nobody is', () => {
  it('by nothing', async () => {
    await expect(proves([])).rejects.toMatchObject(failed(`does not entitle ${alice}`))
  })

  it.each([
    ['somebody else', { subject: bob }],
    ['another package', { subject: alice, packages: '@acme.test/other' }],
    ['another action', { subject: alice, action: 'read' }],
    ['a prohibition', { subject: alice, effect: 'deny' }],
    ['what is withdrawn', { subject: alice, retired: true }],
  ])('by a rule about %s', async (_what, fields) => {
    await expect(proves([await rule(fields)])).rejects.toMatchObject(failed('does not entitle'))
  })

  it('by a rule that nobody approved, or somebody who may not manage', async () => {
    const right = await rule({ subject: alice }, { by: bob })
    await expect(proves([right])).rejects.toMatchObject(failed(`${bob}, who approved`))
    const unapproved = { ...right, approvedBy: dan }
    await expect(proves([unapproved])).rejects.toMatchObject(failed('there is none'))
  })

  it('by rights that approve each other', async () => {
    const mine = await rule({ subject: alice, action: 'manage' }, { by: alice }, 'manage')
    await expect(proves([mine, await rule({ subject: alice }, { by: alice })])).rejects.toMatchObject(
      failed('who approved'),
    )
  })

  it('by a right that only a later one lets somebody approve', async () => {
    const [late, early] = [
      await rule({ subject: erin, action: 'manage' }, {}, 'm'),
      await rule({ subject: alice }, { by: erin }),
    ]
    await expect(proves([early, late])).rejects.toMatchObject(failed(`${erin}, who approved`))
  })

  it('by what somebody approved who was taken out of the team before', async () => {
    const before = await teamOf('admins', { members: [erin] })
    const manages = await rule({ subject: 'team:admins', action: 'manage' }, {}, 'manage')
    const after = await teamOf('admins', { members: [], createdAt: '2026-03-02T12:00:00.000Z' })
    const right = await rule({ subject: alice }, { by: erin })
    await proves([before, manages, right])
    await expect(proves([before, manages, after, right])).rejects.toMatchObject(failed(`${erin}, who approved`))
    await expect(proves([after, manages, before, right])).rejects.toMatchObject(
      failed('older than what it would supersede'),
    )
  })

  it.each([
    ['for another organisation', { org: did('z') }],
    ['of another record', { subject: { uri: recordUri(org, permission.$nsid, 'other'), cid: cidOfRecord({ a: 1 }) } }],
  ])('by an approval %s', async (_what, changes) => {
    await expect(proves([await rule({ subject: alice }, { changes })])).rejects.toMatchObject(failed('does not count'))
  })

  it('by a right whose contents were changed after it was approved', async () => {
    const right = await rule({ subject: bob })
    const changed = { ...right, record: { ...right.record, subject: alice } }
    await expect(proves([changed])).rejects.toMatchObject(failed('other contents'))
  })

  it.each([
    ['another organisation', (uri: string) => uri.replace(org, did('z'))],
    ['another collection', (uri: string) => uri.replace(permission.$nsid, team.$nsid)],
    ['no collection of rights', (uri: string) => uri.replace(permission.$nsid, app.npm.package.tag.$nsid)],
    ['no place at all', () => 'at://here'],
  ])('by a record said to be of %s', async (_what, move) => {
    const right = await rule({ subject: alice })
    await expect(proves([{ ...right, uri: move(right.uri) }])).rejects.toMatchObject(failed('is none'))
  })

  it.each([
    ['a subject that is none', { subject: 'team:Core' }],
    ['a pattern nobody understands', { subject: alice, packages: '@acme.test/**' }],
  ])('by a rule with %s', async (_what, fields) => {
    await expect(proves([await rule(fields)])).rejects.toMatchObject(failed('is none'))
  })

  it('by a team that is not called what its place is', async () => {
    const odd = await approved(team.$nsid, 'core', { name: 'other', members: [alice] })
    await expect(proves([odd])).rejects.toMatchObject(failed('is none'))
  })

  it('by a manager the registry named for a while only', async () => {
    const temporaryManagers = [{ did: erin, since: createdAt, until: '2099-01-01T00:00:00.000Z' }]
    people[registry] = await network.add(registry, 'people')
    await registers([dan], { temporaryManagers })
    await expect(proves([await rule({ subject: alice }, { by: erin })])).rejects.toMatchObject(failed('who approved'))
  })

  it('in an organisation the registry does not name, or names elsewhere', async () => {
    const right = await rule({ subject: alice })
    await expect(proves([right], { registry: bob })).rejects.toMatchObject(failed('does not name'))
    const moved = { org: did('z'), managers: [dan] }
    await writes(bob, app.npm.registry.org.$nsid, org, moved)
    await expect(proves([right], { registry: bob })).rejects.toMatchObject(failed('does not name'))
  })

  it('by people whose repository is on an org PDS', async () => {
    const right = await rule({ subject: alice })
    const account = network.accounts.get(dan) ?? expect.fail('no account')
    network.accounts.set(dan, { ...account, role: 'org' })
    await expect(proves([right])).rejects.toMatchObject(failed('is not hosted where'))
  })

  it('by more than anybody needs, which is not even looked at', async () => {
    const right = await rule({ subject: alice })
    await expect(proves(Array(33).fill(right))).rejects.toMatchObject(failed('more is shown'))
    await expect(proves([right], { memberships: Array(33).fill(alice) })).rejects.toMatchObject(failed('more is shown'))
    expect(asked).toEqual([])
  })
})

it('an attestation is read from its record, in whose repository it is', () => {
  const record = {
    ...{ $type: app.npm.publish.attestation.$nsid, org, name, version: '1.0.0', integrity: 'sha512-x', method: 'mfa' },
    ...{ subject: { uri: recordUri(org, 'app.npm.package.version', 'x'), cid: cidOfRecord({ a: 1 }) }, createdAt },
  }
  expect(readAttestation(alice, record)).toEqual(attested)
  expect(readAttestation(alice, { ...record, stagedBy: bob })).toEqual({ ...attested, stagedBy: bob })
  expect(() => readAttestation(alice, { ...record, method: 'none' })).toThrow('not valid')
})
