import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadComponentConfig } from '#common/config/index.ts'
import { databaseConfigSchema } from '#common/db/index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atoll-config-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function load<T extends z.ZodType>(content: object, schema: T, env: NodeJS.ProcessEnv) {
  const file = join(folder, 'config.json')
  await writeFile(file, JSON.stringify(content))
  return loadComponentConfig(file, schema, env)
}

const database = { url: 'postgres://in-the-file/atoll', schema: 'relay' }
const schema = z.object({ database: databaseConfigSchema })

describe('a component started by its operator', () => {
  it('takes the Postgres of DATABASE_URL before the one in its configuration', async () => {
    const env = { DATABASE_URL: 'postgres://given/atoll' }
    expect((await load({ database }, schema, env)).database).toMatchObject({ ...database, url: env.DATABASE_URL })
    expect((await load({ database: { schema: 'relay' } }, schema, env)).database.url).toBe(env.DATABASE_URL)
    expect((await load({ database }, schema, { DATABASE_URL: '' })).database.url).toBe(database.url)
  })

  it('does not hear of a database when it has none', async () => {
    const none = z.strictObject({ seed: z.string() })
    expect(await load({ seed: 'x' }, none, { DATABASE_URL: 'postgres://given/atoll' })).toEqual({ seed: 'x' })
  })
})
