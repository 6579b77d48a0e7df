import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { onDisk, readSettings } from '#appliance/config/index.ts'
import { Failure } from '#appliance/failures.ts'
import {
  componentConfigs,
  describeNetwork,
  keepSecrets,
  prepareDatabase,
  rotateSigningKey,
} from '#appliance/init/index.ts'
import type {} from '#test/support/global-setup.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'atoll-secrets-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const settings = () => readSettings({ cwd: dataDir, env: { ATOLL_DATA: dataDir } })

describe('the secrets of a box', () => {
  it('are drawn once and kept', async () => {
    const first = await keepSecrets(dataDir)
    expect(await keepSecrets(dataDir)).toEqual(first)
    expect(await describeNetwork(await settings(), first)).toEqual(await describeNetwork(await settings(), first))
  })

  it('are files nobody else can read', async () => {
    await keepSecrets(dataDir)
    for (const folder of ['secrets', 'recovery']) {
      expect((await stat(join(dataDir, folder))).mode & 0o777).toBe(0o700)
      for (const name of await readdir(join(dataDir, folder))) {
        expect((await stat(join(dataDir, folder, name))).mode & 0o777, name).toBe(0o600)
      }
    }
  })

  it('are never replaced when their file is damaged: new keys would be another network', async () => {
    await keepSecrets(dataDir)
    await writeFile(join(dataDir, 'secrets/people.json'), '{}')
    await expect(keepSecrets(dataDir)).rejects.toThrow('people.json is not what was kept there')
  })

  it('do not hold the recovery keys, which their owner takes away', async () => {
    const secrets = await keepSecrets(dataDir)
    const kept = JSON.stringify(secrets)
    for (const role of ['org', 'people'] as const) {
      const recovery = JSON.parse(await readFile(join(dataDir, 'recovery', `${role}.json`), 'utf8'))
      expect(recovery.publicKey).toBe(secrets[role].pds.recoveryKey)
      expect(kept).not.toContain(recovery.privateKeyHex)
    }
    expect(secrets.org.pds.recoveryKey).not.toBe(secrets.people.pds.recoveryKey)
  })

  it('have a signing key that is rotated without being forgotten', async () => {
    const { signing } = await keepSecrets(dataDir)
    const now = new Date()
    const former = await rotateSigningKey(dataDir, now)
    const { signing: rotated } = await keepSecrets(dataDir)
    expect(rotated.privateKeyHex).not.toBe(signing.privateKeyHex)
    expect(rotated.former).toEqual([{ key: former, expires: now.toISOString() }])
    expect(JSON.stringify(rotated)).not.toContain(signing.privateKeyHex)
  })

  it('go to their own component and to no other', async () => {
    const secrets = await keepSecrets(dataDir)
    const network = await describeNetwork(await settings(), secrets)
    const url = (role: string) => `postgres://${role}:${secrets[role as 'org'].databasePassword}@localhost/atoll`
    const roles = ['directory', 'org', 'people', 'relay', 'appview', 'gateway'] as const
    const databaseUrls = Object.fromEntries(roles.map((role) => [role, url(role)])) as Record<
      (typeof roles)[number],
      string
    >
    const registry = { name: 'default', scopes: 'default' as const, url: 'https://npm.acme.test/' }
    const https = { url: 'http://proxy.test:3128', credentials: { username: 'atoll', password: 'proxy-password' } }
    const outside = {
      upstreams: [{ ...registry, credentials: { token: 'upstream-token' } }],
      outbound: { proxies: { https }, noProxy: [], ca: [] },
      provenance: { publicGood: true, trustRoots: [] },
    }
    const credentials = { accessKeyId: 'gateway', secretAccessKey: 'bucket-secret' }
    const configs = componentConfigs({
      settings: await settings(),
      secrets,
      network,
      databaseUrls,
      outside,
      idpSecrets: {},
      notices: {
        webhooks: [{ name: 'siem', url: 'https://siem.acme.test', secret: 'whsec_webhook-secret' }],
        mail: {
          ...{ from: 'atoll@acme.test', security: [], people: true },
          smtp: { host: 'mail', port: 587, tls: 'starttls', credentials: { user: 'atoll', password: 'mail-password' } },
        },
      },
      storage: {
        ...onDisk,
        gateway: {
          mode: 'redirect',
          urlSeconds: 60,
          bucket: { bucket: 'cache', credentials, region: '', pathStyle: true },
        },
      },
    })
    for (const owner of roles) {
      const own = JSON.stringify(configs[owner])
      for (const other of roles.filter((role) => role !== owner)) {
        for (const secret of secretsOf(secrets[other])) expect(own, `${owner} knows ${other}'s`).not.toContain(secret)
      }
    }
    const knowing = (word: string) => roles.filter((role) => JSON.stringify(configs[role]).includes(word))
    expect(knowing('upstream-token')).toEqual(['appview'])
    expect(knowing('bucket-secret')).toEqual(['gateway'])
    expect(knowing('whsec_webhook-secret')).toEqual(['appview'])
    expect(knowing('mail-password')).toEqual(['appview'])
    expect(knowing('proxy-password')).toEqual(['org', 'people', 'appview', 'gateway'])
  })
})

function secretsOf(value: object): string[] {
  return Object.entries(value).flatMap(([name, secret]) =>
    typeof secret === 'object' ? secretsOf(secret) : name === 'recoveryKey' ? [] : [String(secret)],
  )
}

describe('the database roles', () => {
  it('see their own schema and no other', async () => {
    const urls = await prepareDatabase(inject('postgresUrl'), await keepSecrets(dataDir))
    await query(urls.appview, 'CREATE TABLE IF NOT EXISTS appview.ledger (x int)')
    await query(urls.gateway, 'CREATE TABLE IF NOT EXISTS gateway.token (x int)')
    await expect(query(urls.gateway, 'SELECT * FROM appview.ledger')).rejects.toThrow('permission denied for schema')
    await expect(query(urls.gateway, 'CREATE TABLE public.x (x int)')).rejects.toThrow('permission denied')
    await expect(query(urls.gateway, 'CREATE SCHEMA mine')).rejects.toThrow('permission denied')
    await expect(query(urls.gateway, 'SET ROLE atoll_appview')).rejects.toThrow('permission denied')
    for (const database of ['postgres', 'template1']) {
      const url = new URL(urls.gateway)
      url.pathname = database
      await expect(query(url.href, 'SELECT 1')).rejects.toThrow('permission denied for database')
    }
  })

  it('are not prepared by a role that may not, which is told what it lacks', async () => {
    const url = new URL(inject('postgresUrl'))
    await query(url.href, `CREATE ROLE hired LOGIN PASSWORD 'hired'`)
    await query(url.href, 'GRANT CONNECT ON DATABASE postgres TO hired')
    url.username = 'hired'
    url.password = 'hired'
    const refused = prepareDatabase(url.href, await keepSecrets(dataDir))
    await expect(refused).rejects.toThrow('ALTER ROLE hired CREATEROLE CREATEDB')
    url.password = 'wrong'
    const unknown = prepareDatabase(url.href, await keepSecrets(dataDir))
    await expect(unknown).rejects.toThrow(new Failure(`The Postgres at ${url.host} cannot be used`))
  })

  it('are prepared again at every start without losing anything', async () => {
    const secrets = await keepSecrets(dataDir)
    const urls = await prepareDatabase(inject('postgresUrl'), secrets)
    await query(urls.relay, 'CREATE TABLE IF NOT EXISTS relay.event AS SELECT 1 AS seq')
    const again = await prepareDatabase(inject('postgresUrl'), secrets)
    expect(await query(again.relay, 'SELECT seq FROM relay.event')).toEqual([{ seq: 1 }])
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
