import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { advisoriesOf, keepAdvisories, listSources } from '#appview/advisories/index.ts'
import { configureSources } from '#appview/advisories/sources.ts'
import { openAppViewDatabase } from '#appview/schema/index.ts'
import { type Advisory, parseOsv } from '#common/advisories/index.ts'
import { affectedEntry, osvEntry } from '#test/support/osv-entry.ts'
import { type TestDatabase, testDatabase } from '#test/support/postgres.ts'

let server: TestDatabase
let database: Awaited<ReturnType<typeof openAppViewDatabase>>
const at = new Date('2026-05-01T00:00:00Z')
const upstream = { source: 'upstream', registry: 'default' } as const
const own = { source: 'private', org: 'did:plc:acme' } as const

beforeAll(async () => {
  server = await testDatabase('appview')
  database = await openAppViewDatabase({ ...server, poolSize: 4 })
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})
beforeEach(async () => {
  for (const table of [
    'advisory',
    'advisory_package',
    'advisory_source',
    'render_due',
    'upstream_packument',
    'package',
  ] as const) {
    await database.db.deleteFrom(table).execute()
  }
  await configureSources(database.db, [source('osv'), source('ours', { internal: true, mayExpedite: true })], at)
  await pulledThrough('left-pad')
  await published('left-pad')
})

const source = (name: string, changes = {}) => ({
  name,
  mayExpedite: false,
  internal: false,
  refreshMs: 1_000,
  ...changes,
})

function advisory(changes: Record<string, unknown> = {}): Advisory {
  return parseOsv(osvEntry(changes)) ?? expect.fail('it is not about npm')
}

const keeps = (name: string, ...advisories: Advisory[]) => keepAdvisories(database.db, { source: name, advisories, at })

async function pulledThrough(name: string): Promise<void> {
  const bytes = Buffer.from('{}')
  const row = { registry: 'default', name, upstream_etag: null, fetched_at: at, last_modified: at }
  const bodies = { full: bytes, abbreviated: bytes, full_etag: '"x"', abbreviated_etag: '"x"', verdicts: '{}' }
  await database.db
    .insertInto('upstream_packument')
    .values({ ...row, ...bodies })
    .execute()
}

async function published(name: string): Promise<void> {
  const nothing = { description: null, license: null, homepage: null }
  const row = { network: 'private' as const, org: own.org, name, keywords: [], created_at: at.toISOString() }
  await database.db
    .insertInto('package')
    .values({ ...row, ...nothing })
    .execute()
}

/** What has to be decided again; and then it is as if that had been done. */
async function due(): Promise<string[]> {
  const rows = await database.db.deleteFrom('render_due').returning(['source', 'name']).execute()
  return rows.map((row) => `${row.source} ${row.name}`).sort()
}

const about = async (name: string, subject: typeof upstream | typeof own, versions: string[]) =>
  Object.fromEntries(await advisoriesOf(database.db, { ...subject, name }, versions))

describe('advisories of a package', () => {
  it('say which versions are affected, and which are the first ones that are not', async () => {
    await keeps('osv', advisory())
    const facts = await about('left-pad', upstream, ['1.3.0', '1.3.1-rc.1', '1.3.1', '1.3.2'])
    const fact = {
      id: 'GHSA-2222-3333-4444',
      source: 'osv',
      severity: 'high',
      title: 'Command injection in left-pad',
      mayExpedite: false,
    }
    expect(facts).toEqual({
      '1.3.0': [expect.objectContaining({ ...fact, affected: true })],
      '1.3.1-rc.1': [expect.objectContaining({ affected: true })],
      '1.3.1': [expect.objectContaining({ ...fact, affected: false })],
    })
  })

  it('hasten a fix only on the word of a source that may', async () => {
    await keeps('ours', advisory())
    await keeps('osv', advisory({ id: 'X-1' }))
    const [byOsv, byOwn] = (await about('left-pad', upstream, ['1.3.1']))['1.3.1'] ?? []
    expect([byOsv?.source, byOsv?.mayExpedite, byOwn?.source, byOwn?.mayExpedite]).toEqual(['osv', false, 'ours', true])
  })

  it('of the public one are not those of our own under the same name', async () => {
    await keeps('osv', advisory())
    expect(await about('left-pad', own, ['1.0.0'])).toEqual({})
    await keeps('ours', advisory({ id: 'OWN-1' }))
    expect((await about('left-pad', own, ['1.0.0']))['1.0.0']).toMatchObject([{ id: 'OWN-1' }])
  })

  it('that were withdrawn say nothing', async () => {
    await keeps('osv', advisory())
    await keeps('osv', advisory({ modified: '2026-04-01T00:00:00Z', withdrawn: '2026-04-01T00:00:00Z' }))
    expect(await about('left-pad', upstream, ['1.0.0'])).toEqual({})
    expect(await listSources(database.db)).toMatchObject([
      { name: 'osv', advisories: 0, withdrawn: 1 },
      { name: 'ours' },
    ])
  })

  it('are those of the newest revision', async () => {
    const newer = advisory({ modified: '2026-04-01T00:00:00Z', summary: 'newer' })
    expect(await keeps('osv', newer)).toEqual({ added: 1, changed: 0, unchanged: 0 })
    expect(await keeps('osv', advisory())).toEqual({ added: 0, changed: 0, unchanged: 1 })
    expect(await keeps('osv', newer)).toEqual({ added: 0, changed: 0, unchanged: 1 })
    expect((await about('left-pad', upstream, ['1.0.0']))['1.0.0']).toMatchObject([{ title: 'newer' }])
  })
})

describe('packages that are here', () => {
  it('are decided again when an advisory about them changes, and only then', async () => {
    await keeps(
      'osv',
      advisory(),
      advisory({ id: 'X-1', affected: [affectedEntry('elsewhere', [{ introduced: '0' }])] }),
    )
    expect(await due()).toEqual(['private left-pad', 'upstream left-pad'])
    await keeps('osv', advisory())
    expect(await due()).toEqual([])
  })

  it('are decided again when it is not about them any more', async () => {
    await keeps('osv', advisory())
    await due()
    const moved = { affected: [affectedEntry('elsewhere', [{ introduced: '0' }])], modified: '2026-04-01T00:00:00Z' }
    await keeps('osv', advisory(moved))
    expect(await due()).toEqual(['private left-pad', 'upstream left-pad'])
    expect(await about('left-pad', upstream, ['1.0.0'])).toEqual({})
  })

  it('are decided again when the configuration says something else of a source', async () => {
    await keeps('osv', advisory())
    await due()
    await configureSources(database.db, [source('osv'), source('ours')], at)
    expect(await due()).toEqual([])
    await configureSources(database.db, [source('osv', { mayExpedite: true })], at)
    expect(await due()).toEqual(['private left-pad', 'upstream left-pad'])
    await configureSources(database.db, [], at)
    expect((await about('left-pad', upstream, ['1.3.1']))['1.3.1']).toMatchObject([{ mayExpedite: false }])
  })
})
