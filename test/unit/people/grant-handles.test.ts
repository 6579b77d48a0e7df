import { expect, it } from 'vitest'
import type { Account } from '#common/identity/index.ts'
import { app } from '#lexicons'
import { grantFormerHandles } from '#pds/people/registry/grant-handles.ts'

const account = (letter: string, handle: string, formerHandles: string[] = []): Account => ({
  did: `did:plc:${letter.repeat(24)}`,
  handle,
  formerHandles,
  pds: 'http://localhost:1',
  role: 'org',
  signingKey: 'did:key:x',
})

/** What the registry writes when these are its organisations. */
async function granted(orgs: Account[], existing: string[] = []): Promise<unknown[]> {
  const written: unknown[] = []
  const records = (collection: string) => (collection === app.npm.registry.org.main.$type ? orgs : [])
  const values = { values: () => ({ onConflict: () => ({ execute: async () => {} }) }) }
  const registry = {
    host: {
      listRecords: async (_: string, collection: string, { limit, after = '' }: { limit: number; after?: string }) =>
        records(collection)
          .map(({ did: rkey }) => ({ rkey }))
          .filter(({ rkey }) => rkey > after)
          .slice(0, limit),
      findRecord: async (_: string, __: string, rkey: string) => (existing.includes(rkey) ? {} : undefined),
      write: async (_: string, [write]: { record: object }[]) => written.push(write?.record),
      identities: {
        // What is remembered is from before anything changed.
        resolve: async (did: string, { fresh = false } = {}) => {
          const found = orgs.find((org) => org.did === did)
          return fresh ? found : found && { ...found, formerHandles: [] }
        },
      },
    },
    config: { registry: { did: 'did:plc:registry' }, self: { did: 'did:web:people' } },
    clock: { now: () => Date.UTC(2026, 0, 1) },
    log: { info: () => {} },
    db: { insertInto: () => values },
  }
  await grantFormerHandles(registry as unknown as Parameters<typeof grantFormerHandles>[0])
  return written
}

it('grants the scope of a handle that an organisation had to the same organisation, without a claim', async () => {
  const acme = account('a', 'new.test', ['old.test'])
  const createdAt = '2026-01-01T00:00:00.000Z'
  expect(await granted([acme, account('b', 'other.test')])).toEqual([
    { $type: app.npm.name.grant.main.$type, name: '@old.test/*', org: acme.did, createdAt },
  ])
})

it('grants nothing twice, and nothing that two organisations had', async () => {
  expect(await granted([account('a', 'new.test', ['old.test'])], ['old.test:~'])).toEqual([])
  expect(await granted([account('a', 'new.test', ['old.test']), account('b', 'old.test')])).toEqual([])
  expect(await granted([account('a', 'x.test', ['old.test']), account('b', 'y.test', ['old.test'])])).toEqual([])
  expect(await granted([account('a', 'acme.test')])).toEqual([])
})

it('looks at every organisation there is, and at no account that is none', async () => {
  const many = Array.from({ length: 250 }, (_, nth) => ({
    ...account('a', `org${nth}.test`),
    did: `did:plc:${String(nth).padStart(24, 'a')}`,
  }))
  const last = account('z', 'new.test', ['old.test'])
  expect(await granted([...many, last].toSorted((a, b) => (a.did < b.did ? -1 : 1)))).toHaveLength(1)
  expect(await granted([{ ...last, role: 'people' }])).toEqual([])
})
