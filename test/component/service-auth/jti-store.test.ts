import { afterAll, beforeAll, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase } from '#common/db/index.ts'
import { type JtiTable, jtiMigration, PostgresJtiStore } from '#common/service-auth/index.ts'
import { type TestDatabase, testDatabase } from '#test/support/postgres.ts'

let database: TestDatabase
let opened: OpenDatabase<JtiTable>
const soon = Math.floor(Date.now() / 1000) + 60

beforeAll(async () => {
  database = await testDatabase('jti')
  opened = await openDatabase({ ...database, poolSize: 4 }, { '001': jtiMigration })
})

afterAll(async () => {
  await opened[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

it('lets each jti of an issuer be used once, also by replicas and after a restart', async () => {
  const [first, second] = [new PostgresJtiStore(opened.db), new PostgresJtiStore(opened.db)]
  expect(await first.use('did:web:a', 'one', soon)).toBe(true)
  expect(await first.use('did:web:a', 'one', soon)).toBe(false)
  expect(await second.use('did:web:a', 'one', soon)).toBe(false)
  expect(await second.use('did:web:b', 'one', soon)).toBe(true)
})

it('lets one of many through that come at the same moment', async () => {
  const stores = Array.from({ length: 8 }, () => new PostgresJtiStore(opened.db))
  const answers = await Promise.all(stores.map((store) => store.use('did:web:a', 'race', soon)))
  expect(answers.filter(Boolean)).toHaveLength(1)
})

it('forgets what has expired, and only that', async () => {
  const store = new PostgresJtiStore(opened.db)
  const past = Math.floor(Date.now() / 1000) - 1
  await Promise.all(Array.from({ length: 1000 }, (_, index) => store.use('did:web:old', `${index}`, past)))
  const left = await opened.db.selectFrom('service_jti').select('issuer').where('expires_at', '<', new Date()).execute()
  expect(left.length).toBeLessThan(1000)
  expect(await store.use('did:web:a', 'one', soon)).toBe(false)
})
