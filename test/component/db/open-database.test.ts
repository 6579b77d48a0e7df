import { afterAll, beforeAll, expect, it } from 'vitest'
import { isDatabaseDown, type OpenDatabase, openDatabase, sql } from '#common/db/index.ts'
import { type TestDatabase, testDatabase } from '#test/support/postgres.ts'

let setting: TestDatabase
let database: OpenDatabase<object>
beforeAll(async () => {
  setting = await testDatabase('broken')
  database = await openDatabase<object>({ ...setting, poolSize: 2 }, {})
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  await setting?.[Symbol.asyncDispose]()
})

it('survives a connection that breaks between two statements of a transaction', async () => {
  const broken = database.db.transaction().execute(async (transaction) => {
    const pid = sql`SELECT pg_backend_pid() AS pid`
    const { rows } = await pid.execute(transaction)
    const ended = sql`SELECT pg_terminate_backend(${(rows[0] as { pid: number }).pid}, 5000)`
    await ended.execute(database.db)
    await pid.execute(transaction)
  })
  await expect(broken).rejects.toSatisfy(isDatabaseDown)
  const { rows } = await sql`SELECT 1 AS one`.execute(database.db)
  expect(rows).toEqual([{ one: 1 }])
})

it('tells a Postgres that is gone from a query that is wrong', async () => {
  const nowhere = openDatabase({ ...setting, url: 'postgres://nobody@127.0.0.1:1/nothing', poolSize: 1 }, {})
  await expect(nowhere).rejects.toSatisfy(isDatabaseDown)
  const wrong = sql`SELECT * FROM nothing`.execute(database.db).catch((error: unknown) => error)
  expect(isDatabaseDown(await wrong)).toBe(false)
})
