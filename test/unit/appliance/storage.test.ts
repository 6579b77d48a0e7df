import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSettings, readStorage, SettingsError } from '#appliance/config/index.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'atoll-storage-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

async function storageOf(yaml: string, env: NodeJS.ProcessEnv = {}) {
  await writeFile(join(cwd, 'atoll.yaml'), yaml)
  const settings = await readSettings({ cwd, env: {} })
  return readStorage(settings, { folder: settings.folder, env })
}

const buckets = 'buckets: { org: acme-org, people: acme-people }'

const redirect = (more: string) => `gateway: { tarballs: { mode: redirect, ${more} } }`

describe('where tarballs are sent from', () => {
  const own =
    's3: { bucket: acme-cache, endpoint: "https://s3.test", accessKeyId: G, secretAccessKeyEnv: CACHE_SECRET }'
  const blobs = `storage: { s3: { ${buckets}, endpoint: "https://s3.test", accessKeyId: A, secretAccessKeyEnv: S3_SECRET } }`
  const env = { S3_SECRET: 'hunter2', CACHE_SECRET: 'hunter3' }

  it('is a bucket of the gateway with a key of its own, which the PDSes do not get', async () => {
    const storage = await storageOf(`${redirect(`urlSeconds: 30, ${own}`)}\n${blobs}`, env)
    expect(storage.gateway).toMatchObject({
      mode: 'redirect',
      urlSeconds: 30,
      bucket: { bucket: 'acme-cache', credentials: { accessKeyId: 'G', secretAccessKey: 'hunter3' } },
    })
    expect(JSON.stringify(storage.gateway)).not.toContain('hunter2')
    expect(JSON.stringify([storage.org, storage.people])).not.toContain('hunter3')
  })

  it.each([
    ['to a bucket of a PDS', own.replace('acme-cache', 'acme-org'), 'gateway.tarballs.s3.bucket'],
    ['with the key of the PDSes', own.replace('accessKeyId: G', 'accessKeyId: A'), 'gateway.tarballs.s3.accessKeyId'],
    ['nowhere', 'urlSeconds: 30', 'needs s3'],
    ['for longer than five minutes', `urlSeconds: 301, ${own}`, 'urlSeconds'],
    ['by another protocol than HTTP', `cdnUrl: "ftp://cdn.test", ${own}`, 'cdnUrl'],
  ])('is nothing that redirects %s', async (_what, settings, words) => {
    await expect(storageOf(`${redirect(settings)}\n${blobs}`, env)).rejects.toThrow(words)
  })
})

describe('where blobs are kept', () => {
  it('is the data folder unless the settings say otherwise', async () => {
    expect(await storageOf('')).toEqual({
      org: { kind: 'disk' },
      people: { kind: 'disk' },
      gateway: { mode: 'stream' },
    })
  })

  it('is a bucket for each PDS, with a secret from a file that nobody else can read', async () => {
    await writeFile(join(cwd, 'key'), 'hunter2\n', { mode: 0o600 })
    const { org, people } = await storageOf(
      `storage: { s3: { ${buckets}, endpoint: "https://s3.test", pathStyle: true, accessKeyId: A, secretAccessKeyFile: key } }`,
    )
    expect(org).toEqual({
      kind: 's3',
      bucket: 'acme-org',
      region: 'us-east-1',
      endpoint: 'https://s3.test',
      pathStyle: true,
      credentials: { accessKeyId: 'A', secretAccessKey: 'hunter2' },
    })
    expect(people).toMatchObject({ bucket: 'acme-people' })
  })

  it('takes the secret from a variable, too', async () => {
    const yaml = `storage: { s3: { ${buckets}, accessKeyId: A, secretAccessKeyEnv: S3_SECRET } }`
    expect(await storageOf(yaml, { S3_SECRET: 'hunter2' })).toMatchObject({
      org: { credentials: { secretAccessKey: 'hunter2' } },
    })
    await expect(storageOf(yaml)).rejects.toThrow(SettingsError)
  })

  it.each([
    ['one bucket for both PDSes', 'buckets: { org: acme, people: acme }', 'two buckets'],
    ['a key without its secret', `${buckets}, accessKeyId: A`, 'secretAccessKeyFile'],
    ['a secret without its key', `${buckets}, secretAccessKeyEnv: S3_SECRET`, 'accessKeyId'],
  ])('refuses %s', async (_what, s3, words) => {
    await expect(storageOf(`storage: { s3: { ${s3} } }`)).rejects.toThrow(words)
  })
})
