import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EmbeddedPostgres, stateFolder } from '#appliance/postgres/index.ts'
import { testDatabase } from '#test/support/postgres.ts'

const binariesFolder = join(import.meta.dirname, '../../.tmp/postgres')
const isRoot = process.getuid?.() === 0

describe('the embedded Postgres', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atoll-postgres-'))
    await chmod(folder, 0o711)
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const start = () => EmbeddedPostgres.start({ folder: join(folder, 'pg'), binariesFolder, password: 'secret' })

  it('keeps what was written when it is killed', async () => {
    const killed = await start()
    await query(killed.url, 'CREATE TABLE t AS SELECT 42 AS answer')
    process.kill(killed.pid, 'SIGKILL')
    await killed.ended
    await using postgres = await start()
    expect(await query(postgres.url, 'SELECT answer FROM t')).toEqual([{ answer: 42 }])
  })

  it('does not block the next start when the process that started it is killed', async () => {
    const script = join(import.meta.dirname, 'start-postgres.ts')
    const owner = spawn(process.execPath, [script, join(folder, 'pg'), binariesFolder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(owner.stdout, 'data')
    owner.kill('SIGKILL')
    await using postgres = await start()
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('lets nobody in without the password', async () => {
    await using postgres = await start()
    const url = postgres.url.replace('secret', 'guess')
    await expect(query(url, 'SELECT 1')).rejects.toThrow('password authentication failed')
  })

  it.runIf(isRoot)('keeps its files elsewhere where the user it runs as cannot get to them', async () => {
    await chmod(folder, 0o700)
    const elsewhere = await stateFolder(join(folder, 'pg'))
    expect(dirname(elsewhere)).toBe('/var/lib/atoll')
    await rm(elsewhere, { recursive: true })
    await chmod(folder, 0o711)
    expect(await stateFolder(join(folder, 'pg'))).toBe(join(folder, 'pg'))
  })
})

it('gives a test a database whose role owns its schema and no other', async () => {
  await using database = await testDatabase('gateway')
  await query(database.url, 'CREATE TABLE gateway.x (a int)')
  await expect(query(database.url, 'CREATE TABLE public.x (a int)')).rejects.toThrow('permission denied')
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
