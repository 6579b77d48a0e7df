import { beforeEach, expect, it } from 'vitest'
import { groupKey } from '#common/groups/index.ts'
import type { RecordValue } from '#common/records/index.ts'
import { writeMembership } from '#pds/people/groups/write-membership.ts'

const issuer = 'https://idp.test'
const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
let written: RecordValue[]
beforeEach(() => {
  written = []
})

/** A repository with one record. */
function contextWith(maxAgeHours?: number) {
  const host = {
    findRecord: async () => written.at(-1) && { rkey: 'self', cid: '', record: written.at(-1) },
    write: async (_did: string, [write]: { record: RecordValue }[]) => {
      if (write !== undefined) written.push(write.record)
      return []
    },
  }
  const groups = { claim: 'groups', maxAgeHours }
  const config = { self: { did: 'did:web:people.test' }, network: { idps: [{ issuer, groups }] } }
  return { host, config } as unknown as Parameters<typeof writeMembership>[0]
}

const hour = (at: number) => new Date(Date.UTC(2026, 0, 1, at))
const keys = (...ids: string[]) => ids.map((id) => groupKey({ issuer, id })).sort()

it('writes when it is news, whatever the order of the groups, and not again', async () => {
  const context = contextWith()
  await writeMembership(context, did, { issuer, ids: ['a', 'b', 'a'], saidAt: hour(0) })
  await writeMembership(context, did, { issuer, ids: ['b', 'a'], saidAt: hour(500) })
  expect(written).toMatchObject([{ issuer, groups: keys('a', 'b'), observedAt: hour(0).toISOString() }])
  await writeMembership(context, did, { issuer, ids: [], saidAt: hour(501) })
  expect(written[1]).toMatchObject({ groups: [] })
})

it('renews what would lapse, when a quarter of its time is over', async () => {
  const context = contextWith(8)
  for (const at of [0, 1, 2, 3]) await writeMembership(context, did, { issuer, ids: ['a'], saidAt: hour(at) })
  expect(written.map((record) => record['observedAt'])).toEqual([hour(0).toISOString(), hour(2).toISOString()])
})

it('does not go back to what was said earlier', async () => {
  const context = contextWith()
  await writeMembership(context, did, { issuer, ids: [], saidAt: hour(2) })
  await writeMembership(context, did, { issuer, ids: ['a'], saidAt: hour(1) })
  expect(written).toHaveLength(1)
})
