import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { nextDue, takeDue } from '#appview/due/due.ts'
import { type DueSubject, renderAgain } from '#appview/due/index.ts'
import { beginJudging, policyHash, takeUnjudged } from '#appview/due/judge-anew.ts'
import { openAppViewDatabase } from '#appview/schema/index.ts'
import { policySchema } from '#common/policy/index.ts'
import { type TestDatabase, testDatabase } from '#test/support/postgres.ts'

type Database = Awaited<ReturnType<typeof openAppViewDatabase>>

let server: TestDatabase
let database: Database

beforeAll(async () => {
  server = await testDatabase('appview')
  database = await openAppViewDatabase({ ...server, poolSize: 4 })
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})
beforeEach(async () => {
  for (const table of ['render_due', 'judging', 'version', 'upstream_packument'] as const) {
    await database.db.deleteFrom(table).execute()
  }
})

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
const ours = (name: string): DueSubject => ({ source: 'private', org: 'did:plc:acme', name })
const theirs = (name: string): DueSubject => ({ source: 'upstream', registry: 'default', name })
const takes = (minute: number, limit = 10) => database.db.transaction().execute((tx) => takeDue(tx, at(minute), limit))

describe('what is due', () => {
  it('is given out once, soonest first, and not before its time', async () => {
    await renderAgain(database.db, [ours('b')], at(2))
    await renderAgain(database.db, [theirs('a')], at(1))
    await renderAgain(database.db, [ours('c')], at(9))
    expect(await nextDue(database.db)).toEqual(at(1))
    expect(await takes(5, 1)).toEqual([theirs('a')])
    expect(await takes(5)).toEqual([ours('b')])
    expect(await takes(5)).toEqual([])
    expect(await nextDue(database.db)).toEqual(at(9))
  })

  it('is due at the earlier of two times, and packages of one name are told apart by where they are from', async () => {
    await renderAgain(database.db, [ours('a'), theirs('a'), ours('a')], at(5))
    await renderAgain(database.db, [ours('a')], at(7))
    await renderAgain(database.db, [theirs('a')], at(3))
    expect(await takes(4)).toEqual([theirs('a')])
    expect(await takes(5)).toEqual([ours('a')])
  })

  it('stays due when the transaction that took it does not commit, and is nobody else’s meanwhile', async () => {
    await renderAgain(database.db, [ours('a')], at(1))
    const failing = database.db.transaction().execute(async (tx) => {
      expect(await takeDue(tx, at(1), 10)).toHaveLength(1)
      expect(await takes(1)).toEqual([])
      throw new Error('killed')
    })
    await expect(failing).rejects.toThrow('killed')
    expect(await takes(1)).toEqual([ours('a')])
  })
})

describe('another policy', () => {
  const hash = policyHash(policySchema.parse({}))
  const other = policyHash(policySchema.parse({ upstream: { minAge: '7d' } }))
  const pages = (policy: string, limit = 2) =>
    database.db.transaction().execute((tx) => takeUnjudged(tx, policy, limit))

  beforeEach(async () => {
    const version = { manifest: Buffer.of(), tarball_cid: '', size: 0, integrity: '', shasum: '', file_count: 0 }
    const rest = { ...version, cid: '', unpacked_size: 0, created_at: '', has_binding_gyp: false, readme_cid: null }
    const id = { network: 'private', org: 'did:plc:acme' } as const
    const versions = [
      { ...id, name: 'one', version: '1.0.0', ...rest },
      { ...id, name: 'one', version: '1.0.1', ...rest },
      { ...id, name: 'two', version: '1.0.0', ...rest },
    ]
    await database.db.insertInto('version').values(versions).execute()
    const packument = { full: Buffer.of(), abbreviated: Buffer.of(), full_etag: '', abbreviated_etag: '' }
    const times = { upstream_etag: null, fetched_at: at(1), last_modified: at(1), merged: null, verdicts: '{}' }
    await database.db
      .insertInto('upstream_packument')
      .values({ registry: 'default', name: 'left-pad', ...packument, ...times })
      .execute()
  })

  it('has every package judged once, in pages, and goes on where it was after a kill', async () => {
    await beginJudging(database.db, hash)
    expect(await pages(hash)).toEqual([ours('one'), ours('two')])
    await beginJudging(database.db, hash)
    expect(await pages(hash)).toEqual([theirs('left-pad')])
    expect(await pages(hash)).toEqual([])
    await beginJudging(database.db, hash)
    expect(await pages(hash)).toEqual([])
  })

  it('begins anew, and whoever goes by the one before gets nothing more', async () => {
    expect(other).not.toBe(hash)
    await beginJudging(database.db, hash)
    await pages(hash)
    await beginJudging(database.db, other)
    expect(await pages(hash)).toEqual([])
    expect(await pages(other)).toHaveLength(2)
  })
})
