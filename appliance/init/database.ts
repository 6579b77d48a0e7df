import pg from 'pg'
import { Failure } from '#appliance/failures.ts'
import { oldestPostgres } from '#appliance/postgres/oldest.ts'
import type { DatabaseRole } from './secrets.ts'

export const databaseRoles: readonly DatabaseRole[] = ['directory', 'org', 'people', 'relay', 'appview', 'gateway']

const databaseName = 'atoll'
const connectTimeoutMs = 10_000

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const insufficientPrivilege = '42501'

/** The part of the secrets that Postgres is told. */
export type DatabasePasswords = Readonly<Record<DatabaseRole, { databasePassword: string }>>

/** Roles of the public face, where there is one, with their passwords. */
export type FurtherPasswords = Readonly<Record<string, { databasePassword: string }>>

/**
 * One database, and in it a role per component that owns the schema it can see, and sees no other's (DESIGN §1).
 * Run at every start: what is there stays, passwords and rights are set again.
 * @param adminUrl postgres:// URL of a role that may create roles and databases; it need not be a superuser's
 * @returns the URL of each role
 * @throws Failure when the server is too old, does not answer, or does not let this role
 */
export async function prepareDatabase(
  adminUrl: string,
  secrets: DatabasePasswords,
  further: FurtherPasswords = {},
): Promise<Record<DatabaseRole, string> & Record<string, string>> {
  const all: FurtherPasswords = { ...only(secrets), ...further }
  await withClient(adminUrl, async (client) => {
    await checkVersion(client)
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName])
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`)
    for (const [role, { databasePassword }] of Object.entries(all)) await prepareRole(client, role, databasePassword)
    // By default everybody may connect everywhere, and create things in `public`.
    for (const database of [databaseName, 'postgres', 'template1']) {
      await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`)
    }
    await client.query(`GRANT CONNECT ON DATABASE ${databaseName} TO ${Object.keys(all).map(roleName).join(', ')}`)
  })
  await withClient(databaseUrl(adminUrl).href, async (client) => {
    await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC')
    for (const role of Object.keys(all)) await prepareSchemas(client, role)
  })
  return roleUrls(adminUrl, secrets, further)
}

/** The URL of each role, in a database that is prepared or will be. */
export function roleUrls(
  adminUrl: string,
  secrets: DatabasePasswords,
  further: FurtherPasswords = {},
): Record<DatabaseRole, string> & Record<string, string> {
  const all = Object.entries({ ...only(secrets), ...further })
  return Object.fromEntries(
    all.map(([role, { databasePassword }]) => [role, roleUrl(databaseUrl(adminUrl), role, databasePassword)]),
  ) as Record<DatabaseRole, string>
}

/** Of the secrets, which are of others besides, those that Postgres is told. */
function only(secrets: DatabasePasswords): FurtherPasswords {
  return Object.fromEntries(databaseRoles.map((role) => [role, secrets[role]]))
}

function databaseUrl(adminUrl: string): URL {
  const url = new URL(adminUrl)
  url.pathname = `/${databaseName}`
  return url
}

async function prepareRole(client: pg.Client, role: string, password: string): Promise<void> {
  const name = roleName(role)
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name])
  if (found.rowCount === 0) await client.query(`CREATE ROLE ${name}`)
  await client.query(
    `ALTER ROLE ${name} LOGIN NOCREATEDB NOCREATEROLE NOINHERIT CONNECTION LIMIT ${maxConnections} PASSWORD ${pg.escapeLiteral(password)}`,
  )
}

/** As an owner's role, which is no superuser's: what gives a schema to a role has to be a member of it. */
async function prepareSchemas(client: pg.Client, role: string): Promise<void> {
  await client.query(`GRANT ${roleName(role)} TO CURRENT_USER`)
  for (const schema of schemasOfRole(role)) {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${roleName(role)}`)
    await client.query(`REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC`)
  }
}

/** The AppView makes its index anew beside the one in use, and no role may make schemas. */
export function schemasOfRole(role: string): string[] {
  return role === 'appview' || role === 'public_appview' ? [role, `${role}_next`, `${role}_previous`] : [role]
}

// All of them together, and those of the public face, stay below the embedded server's 160.
const maxConnections = 16

/** Roles belong to the whole server, which may have others; schemas to our database alone. */
function roleName(role: string): string {
  return `atoll_${role}`
}

function roleUrl(database: URL, role: string, password: string): string {
  const url = new URL(database)
  url.username = roleName(role)
  url.password = password
  return url.href
}

async function checkVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>(`SELECT current_setting('server_version_num') AS version`)
  const major = Math.floor(Number(rows[0]?.version) / 10_000)
  if (major < oldestPostgres) {
    throw new Failure(`The Postgres at database.url is version ${major}: ${oldestPostgres} or newer is needed.`)
  }
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs })
  try {
    await client.connect()
    await work(client)
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(describeRefusal(client, error), { cause: error })
  } finally {
    await client.end()
  }
}

/** Never the URL, which has the password in it. */
function describeRefusal({ host, port, user }: pg.Client, error: unknown): string {
  const code = (error as { code?: string }).code
  if (code === insufficientPrivilege) {
    return `The role ${user} of database.url may not set up what Atoll needs: ALTER ROLE ${user} CREATEROLE CREATEDB.`
  }
  return `The Postgres at ${host}:${port} cannot be used`
}
