import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { schemasOfRole } from '#appliance/init/database.ts'
import type {} from './global-setup.ts'

/** What a component's `database` setting takes. */
export interface TestDatabase extends AsyncDisposable {
  url: string
  schema: string
}

/**
 * A database of the run's Postgres server for one test (or file): new, with one role that owns one schema, as the
 * appliance sets it up. Dispose it to drop both.
 */
export async function testDatabase(schema: string): Promise<TestDatabase> {
  // Benches are no test runs: they name the server they started.
  const serverUrl = process.env['ATOLL_TEST_DATABASE_URL'] || inject('postgresUrl')
  const name = `test_${randomBytes(8).toString('hex')}`
  const password = randomBytes(16).toString('hex')
  await runStatements(serverUrl, [`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`, `CREATE DATABASE ${name}`])
  const ownUrl = new URL(serverUrl)
  ownUrl.pathname = `/${name}`
  await runStatements(ownUrl.href, [
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    ...schemasOfRole(schema).map((own) => `CREATE SCHEMA ${pg.escapeIdentifier(own)} AUTHORIZATION ${name}`),
  ])
  ownUrl.username = name
  ownUrl.password = password
  return {
    url: ownUrl.href,
    schema,
    [Symbol.asyncDispose]: () => runStatements(serverUrl, [`DROP DATABASE ${name} WITH (FORCE)`, `DROP ROLE ${name}`]),
  }
}

/** @param url of whoever runs them */
export async function runStatements(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
