import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { checkSettings } from '#appliance/config/check/index.ts'
import { readSettingsFile } from '#appliance/config/index.ts'
import { settingsOf } from '#appliance/config/settings.ts'
import { DemoIdp } from '#appliance/demo/idp/index.ts'
import { drawRsaKey } from '#appliance/init/draw-keys.ts'
import { testDatabase } from '#test/support/postgres.ts'
import { startS3 } from '#test/support/s3-server.ts'

let cwd: string
let idp: DemoIdp
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'atoll-config-check-'))
  idp = await DemoIdp.start({
    listen: { host: '127.0.0.1', port: 0 },
    client: { secret: 'a-client-secret-for-tests', redirectUris: ['http://127.0.0.1:1/callback'] },
    seed: 'a-seed-for-tests-only',
    signingKey: await drawRsaKey(),
    logLevel: 'silent',
  })
})
afterAll(async () => {
  await idp?.[Symbol.asyncDispose]()
  await rm(cwd, { recursive: true, force: true })
})

async function check(settings: object) {
  await writeFile(join(cwd, 'atoll.yaml'), JSON.stringify(settings), { mode: 0o600 })
  const source = { cwd, env: {} }
  const read = await readSettingsFile(source)
  return checkSettings({ read, settings: await settingsOf(read.set, source), env: source.env }, { offline: false })
}

const provider = (issuer: string, acr_values = 'mfa') => ({
  idps: [
    { issuer, clientId: 'atoll', clientSecret: 's', mfa: { request: { acr_values }, claim: 'acr', accept: ['mfa'] } },
  ],
})

it('finds an identity provider that answers good, and one that does not', async () => {
  expect(await check(provider(idp.issuer))).toEqual([])
  const [finding] = await check(provider('http://localhost:1'))
  expect(finding).toMatchObject({ level: 'fail', setting: 'idps.0.issuer' })
})

it('finds an issuer that is written otherwise than the provider writes it', async () => {
  const [finding] = await check(provider(`${idp.issuer}/`))
  expect(finding?.problem).toBe(`calls itself ${idp.issuer}: write exactly that`)
})

it('finds a level of authentication the provider does not list', async () => {
  const [finding] = await check(provider(idp.issuer, 'phr'))
  expect(finding).toMatchObject({ level: 'warn', setting: 'idps.0.mfa.request.acr_values' })
})

it("finds an owner's Postgres good when it answers and lets us make roles", async () => {
  expect(await check({ database: { url: inject('postgresUrl') } })).toEqual([])
  await using poor = await testDatabase('config_check')
  const [finding] = await check({ database: { url: poor.url } })
  expect(finding?.problem).toContain('may not create roles and databases')
})

it('finds a bucket that is there good, and one that is not', async () => {
  await using s3 = await startS3()
  await writeFile(join(cwd, 's3-secret'), 'S3RVER', { mode: 0o600 })
  const { bucket, endpoint, pathStyle } = s3.config
  const at = { bucket, endpoint, pathStyle, accessKeyId: 'S3RVER', secretAccessKeyFile: 's3-secret' }
  const redirecting = (more: object) => ({ gateway: { tarballs: { mode: 'redirect', s3: { ...at, ...more } } } })
  expect(await check(redirecting({}))).toEqual([])
  const setting = 'gateway.tarballs.s3.bucket'
  expect(await check(redirecting({ bucket: 'somebody-elses' }))).toMatchObject([{ level: 'fail', setting }])
  const away = await check(redirecting({ endpoint: 'http://127.0.0.1:1' }))
  expect(away).toMatchObject([{ level: 'fail', setting, problem: expect.stringContaining('ECONNREFUSED') }])
})

it('says without the password that a Postgres does not answer', async () => {
  const findings = await check({ database: { url: 'postgres://atoll:hunter2@127.0.0.1:1/atoll' } })
  expect(findings).toEqual([expect.objectContaining({ level: 'fail', setting: 'database.url' })])
  expect(JSON.stringify(findings)).not.toContain('hunter2')
})
