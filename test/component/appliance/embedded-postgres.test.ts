import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EmbeddedPostgres } from '#appliance/postgres/index.ts'
import { testDatabase } from '#test/support/postgres.ts'

describe('the embedded Postgres', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atoll-postgres-'))
    await chmod(folder, 0o711)
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const start = () => EmbeddedPostgres.start({ folder: join(folder, 'open'), binariesFolder, password: 'secret' })
  const binariesFolder = join(import.meta.dirname, '../../.tmp/postgres')

  it('keeps what was written when it is killed', async () => {
    {
      const postgres = await start()
      await query(postgres.url, 'CREATE TABLE t AS SELECT 42 AS answer')
      process.kill(postgres.pid, 'SIGKILL')
      await postgres.ended
    }
    await using postgres = await start()
    expect(await query(postgres.url, 'SELECT answer FROM t')).toEqual([{ answer: 42 }])
  })
})

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

it('gives a test a database whose role owns its schema', async () => {
  await using database = await testDatabase('gateway')
  await query(database.url, 'CREATE TABLE gateway.x (a int)')
  await expect(query(database.url, 'CREATE TABLE public.x (a int)')).rejects.toThrow(/permission denied/)
})
