import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkSettings } from '#appliance/config/check/index.ts'
import { listSettings, settingsJsonSchema, settingsReference } from '#appliance/config/describe/index.ts'
import { readSettings, readSettingsFile, type SettingsSource } from '#appliance/config/index.ts'
import { settingsOf } from '#appliance/config/settings.ts'
import { effectiveSettings } from '#appliance/config/show/index.ts'
import { writePrivateJson } from '#appliance/files/private-json.ts'
import { describeNetwork, keepSecrets } from '#appliance/init/index.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'atoll-config-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const write = (yaml: string) => writeFile(join(cwd, 'atoll.yaml'), yaml, { mode: 0o600 })
const sourceWith = (env: NodeJS.ProcessEnv): SettingsSource => ({ cwd, env })

async function refusal(yaml: string): Promise<string> {
  await write(yaml)
  const failure = await readSettings(sourceWith({})).catch((error: Error) => error)
  expect(failure).toBeInstanceOf(Error)
  return (failure as Error).message.replaceAll(join(cwd, 'atoll.yaml'), 'atoll.yaml')
}

async function show(env: NodeJS.ProcessEnv = {}) {
  const source = sourceWith(env)
  const read = await readSettingsFile(source)
  return effectiveSettings(read, await settingsOf(read.set, source))
}

async function check(yaml: string, env: NodeJS.ProcessEnv = {}) {
  await write(yaml)
  const source = sourceWith(env)
  const read = await readSettingsFile(source)
  return checkSettings({ read, settings: await settingsOf(read.set, source), env: source.env }, { offline: true })
}

const idp =
  'idps:\n  - issuer: https://idp.test\n    clientId: atoll\n    clientSecret: hunter2\n    mfa: { claim: amr, accept: [mfa] }\n'

describe('a wrong settings file', () => {
  it('is refused with every problem at once, each with its line and column', async () => {
    const message = await refusal('ports:\n  gatway: 5000\n  relay: "4883"\nnames:\n  private: left-pad\n')
    expect(message).toContain('atoll.yaml:2:3: ports.gatway: there is no such setting; did you mean ports.gateway?')
    expect(message).toContain('atoll.yaml:3:3: ports.relay: Invalid input: expected number, received string')
    expect(message).toContain('atoll.yaml:5:3: names.private: Invalid input: expected array')
  })

  it.each([
    [
      'a key inside a list',
      idp.replace('clientId', 'clientID'),
      'idps.0.clientID: there is no such setting; did you mean idps.0.clientId?',
    ],
    [
      'a key three levels down',
      idp.replace('claim:', 'clam:'),
      'idps.0.mfa.clam: there is no such setting; did you mean idps.0.mfa.claim?',
    ],
    ['a key twice', 'log: { level: info }\nlog: { level: warn }\n', 'atoll.yaml:2:1: Map keys must be unique'],
    ['a tab', 'ports:\n\tgateway: 5000\n', 'atoll.yaml:2:1: Tabs are not allowed as indentation'],
    ['a list', '- ports\n', 'must hold settings such as "names:"'],
  ])('names %s', async (_what, yaml, words) => {
    expect(await refusal(yaml)).toContain(words)
  })

  it('suggests only settings of that place, and nothing for a word that is none', async () => {
    expect(await refusal('log: { gateway: 1 }\n')).not.toContain('did you mean')
  })

  it('never repeats what may be a secret', async () => {
    expect(await refusal('database: { url: "mysql://root:hunter2@db" }\n')).not.toContain('hunter2')
    expect(await refusal('upstream: { token: hunter2 }\nupstream: { token: hunter3 }\n')).not.toMatch(/hunter/)
    expect(await refusal('upstream: { token: [hunter2] }\n')).not.toContain('hunter')
  })

  it('names the variable a wrong value comes from', async () => {
    const failure = await readSettings(sourceWith({ ATOLL_PORT_RELAY: '99999' })).catch((error: Error) => error.message)
    expect(failure).toContain('ATOLL_PORT_RELAY: ports.relay:')
  })
})

describe('the schema of the settings', () => {
  it('describes every setting and every section', () => {
    const schema = settingsJsonSchema()
    expect(Object.values(schema.properties ?? {}).filter(({ description }) => description === undefined)).toEqual([])
    expect(listSettings(schema).filter(({ description }) => description === undefined)).toEqual([])
  })

  it('calls everything a secret that is named like one', () => {
    const named = listSettings(settingsJsonSchema()).filter(({ path }) => /(secret|(?<!_)token|password)$/i.test(path))
    expect(named.map(({ path }) => path)).toContain('idps[].clientSecret')
    expect(named.filter(({ secret }) => !secret)).toEqual([])
  })

  it('becomes a reference with defaults and variables', () => {
    const reference = settingsReference()
    expect(reference).toContain('| `ports.gateway` | whole number | `4873` |')
    expect(reference).toContain('Variable: `ATOLL_PORT_GATEWAY`.')
    expect(reference).toContain('| `idps[].mfa.claim` | text | required |')
  })
})

describe('the settings as they count', () => {
  it('come with their sources: file and line, variable, default', async () => {
    await write('names:\n  private: ["@acme/*"]\nports:\n  relay: 5001\n')
    const rows = await show({ ATOLL_PORT_GATEWAY: '6000' })
    const sources = Object.fromEntries(rows.map(({ setting, source }) => [setting, source]))
    expect(sources).toMatchObject({
      'names.private': `${cwd}/atoll.yaml:2`,
      'ports.relay': `${cwd}/atoll.yaml:4`,
      'ports.gateway': 'ATOLL_PORT_GATEWAY',
      'ports.appview': 'default',
    })
    expect(rows).toContainEqual(
      expect.objectContaining({ setting: 'publicUrls.gateway', value: 'http://localhost:6000' }),
    )
  })

  it('leave secrets out, and of a URL only the password', async () => {
    await write(`${idp}upstream: { url: https://npm.test, token: hunter2 }\n`)
    const rows = await show({ ATOLL_DATABASE_URL: 'postgres://atoll:hunter2@db.test/atoll' })
    expect(JSON.stringify(rows)).not.toContain('hunter2')
    expect(rows).toContainEqual(expect.objectContaining({ setting: 'idps.0.clientSecret', value: '…' }))
    expect(rows).toContainEqual(
      expect.objectContaining({ setting: 'database.url', value: 'postgres://atoll:…@db.test/atoll' }),
    )
  })
})

describe('checking the settings', () => {
  it('finds nothing wrong with none', async () => {
    expect(await check('')).toEqual([])
  })

  it.each([
    [
      'one host name for gateway and people',
      'publicUrls: { gateway: "https://npm.acme.test", people: "https://npm.acme.test:8443" }',
      'fail',
      'publicUrls.people',
    ],
    ['a public URL with a path', 'publicUrls: { gateway: "https://acme.test/npm" }', 'fail', 'publicUrls.gateway'],
    ['a public URL without TLS', 'publicUrls: { gateway: "http://npm.acme.test" }', 'warn', 'publicUrls.gateway'],
    [
      'an IP address where passkeys are used',
      'idps: [{ issuer: "https://idp.test", clientId: atoll, mfa: passkey }]',
      'fail',
      'publicUrls.people',
    ],
    ['a private name that matches nothing', 'names: { private: ["Acme/*"] }', 'fail', 'names.private'],
  ])('finds %s', async (_what, yaml, level, setting) => {
    expect(await check(yaml)).toEqual([expect.objectContaining({ level, setting })])
  })

  it('finds a secret in a file that others can read', async () => {
    await write('upstream: { token: hunter2 }')
    await chmod(join(cwd, 'atoll.yaml'), 0o644)
    expect(await check('upstream: { token: hunter2 }')).toEqual([
      expect.objectContaining({
        level: 'warn',
        setting: 'upstream.token',
        problem: expect.stringContaining('chmod 600'),
      }),
    ])
  })

  it('lets one second factor count for a while, as a policy of all providers or of one', async () => {
    const idp = (host: string, rest = '') =>
      `{ issuer: https://${host}, clientId: atoll, mfa: { claim: amr, accept: [mfa] }${rest} }`
    const maxAges = async (yaml: string) => {
      await write(yaml)
      const settings = await readSettings(sourceWith({}))
      const { idps } = await describeNetwork(settings, await keepSecrets(settings.dataDir))
      return idps.map(({ maxAgeSeconds }) => maxAgeSeconds)
    }
    expect(await maxAges('')).toEqual([0])
    expect(await maxAges('approvals: { maxAgeSeconds: 300 }')).toEqual([300])
    const two = `idps: [${idp('a.test')}, ${idp('b.test', ', maxAgeSeconds: 0')}]`
    expect(await maxAges(`approvals: { maxAgeSeconds: 120 }\n${two}`)).toEqual([120, 0])
    await expect(maxAges('approvals: { maxAgeSeconds: 301 }')).rejects.toThrow('approvals.maxAgeSeconds')
  })

  it('finds what a box that has identities can no longer change', async () => {
    const settings = await readSettings(sourceWith({}))
    const network = await describeNetwork(settings, await keepSecrets(settings.dataDir))
    await writePrivateJson(join(settings.dataDir, 'run/network.json'), network)
    expect(await check('')).toEqual([])
    const findings = await check('network: { name: acme }\nports: { org: 5001, gateway: 5000 }\n')
    expect(findings.map(({ setting }) => setting)).toEqual(['network.name', 'ports.org'])
    expect(findings[0]?.problem).toContain('was atoll when this box first started')
  })
})
