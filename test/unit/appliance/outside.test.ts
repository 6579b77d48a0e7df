import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findOutside, readSettings, SettingsError } from '#appliance/config/index.ts'

let cwd: string
let env: NodeJS.ProcessEnv
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'atoll-outside-'))
  // No npm here: what counts is what the settings say.
  env = { PATH: '' }
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const keep = async (file: string, text: string) => {
  await mkdir(join(cwd, 'secrets'), { recursive: true })
  await writeFile(join(cwd, 'secrets', file), text, { mode: 0o600 })
}
const outside = async (yaml: string) => {
  await writeFile(join(cwd, 'atoll.yaml'), yaml)
  return findOutside(await readSettings({ cwd, env }), cwd, env)
}
const refusal = async (yaml: string) => {
  const error = await outside(yaml).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(SettingsError)
  return (error as Error).message
}
const rest = 'upstream: { url: "https://npm.test/" }\n'

describe('several registries', () => {
  it('have scopes, credentials and times of their own; `upstream` has the rest', async () => {
    await keep('token', 'from-file\n')
    await keep('password', 'hunter2')
    env['CORP_TOKEN'] = 'from-env'
    const yaml = `${rest}
upstreams:
  - { name: a, url: "https://a.test/npm/", scopes: ["@A", "@aa"], tokenFile: secrets/token }
  - { name: b, url: "http://b.test", scopes: ["@b"], tokenEnv: CORP_TOKEN, freshSeconds: 60, timeoutSeconds: 5 }
  - { name: c, url: "https://c.test", scopes: ["@c"], basic: { username: joe, passwordFile: secrets/password } }
`
    expect((await outside(yaml)).upstreams).toEqual([
      { name: 'a', url: 'https://a.test/npm/', scopes: ['@a', '@aa'], credentials: { token: 'from-file' } },
      {
        name: 'b',
        url: 'http://b.test',
        scopes: ['@b'],
        credentials: { token: 'from-env' },
        freshMs: 60_000,
        timeoutMs: 5_000,
      },
      { name: 'c', url: 'https://c.test', scopes: ['@c'], credentials: { username: 'joe', password: 'hunter2' } },
      { name: 'default', url: 'https://npm.test/', scopes: 'default' },
    ])
  })

  it('may name the default themselves, and then nobody asks npm', async () => {
    const { upstreams } = await outside('upstreams: [{ name: all, url: "https://all.test", scopes: default }]')
    expect(upstreams).toEqual([{ name: 'all', url: 'https://all.test', scopes: 'default' }])
  })

  const entry = (fields: string) => `${rest}upstreams: [{ name: a, url: "https://a.test", scopes: ["@a"], ${fields} }]`
  it.each([
    [entry('tokenFile: nowhere'), 'upstreams.a.tokenFile'],
    [entry('tokenEnv: NOT_SET'), 'NOT_SET is empty'],
    [entry('tokenEnv: X, token: y'), 'more than one of token'],
    [entry('basic: { username: joe }'), 'needs passwordFile or passwordEnv'],
    [`${rest}upstreams: [{ name: a, url: "https://joe:hunter2@a.test", scopes: ["@a"] }]`, 'must not hold credentials'],
    [`${rest}upstreams: [{ name: a, url: "ftp://a.test", scopes: ["@a"] }]`, 'upstreams.0.url'],
    [`${rest}upstreams: [{ name: a, url: "https://a.test", scopes: ["@acme.com"] }]`, 'is a handle of this network'],
    [`${rest}upstreams: [{ name: a, url: "https://a.test", scopes: ["a"] }]`, 'upstreams.0.scopes'],
    [`${rest}upstreams: [{ name: a, url: "https://a.test", scopes: default }]`, 'says the same'],
    [
      `upstreams: [{ name: a, url: "https://a.test", scopes: default }, { name: b, url: "https://b.test", scopes: default }]`,
      'scopes: default is already that of a',
    ],
    [
      `${rest}upstreams: [{ name: a, url: "https://a.test", scopes: ["@x"] }, { name: b, url: "https://b.test", scopes: ["@X"] }]`,
      '@x is already that of a',
    ],
    [
      `${rest}names: { private: ["@a/*"] }\nupstreams: [{ name: a, url: "https://a.test", scopes: ["@a"] }]`,
      'names.private',
    ],
  ])('refuse %s', async (yaml, words) => {
    const message = await refusal(yaml)
    expect(message).toContain(words)
    expect(message).not.toContain('hunter2')
  })
})

describe('the way outside', () => {
  it('leads through network.proxy, with credentials from a file', async () => {
    await keep('proxy', 'atoll:pass:word\n')
    const proxy = '{ url: "http://proxy.test:3128", credentialsFile: secrets/proxy, noProxy: [acme.com, 10.0.0.0/8] }'
    const expected = { url: 'http://proxy.test:3128', credentials: { username: 'atoll', password: 'pass:word' } }
    env['HTTPS_PROXY'] = 'http://ignored.test'
    expect((await outside(`${rest}network: { proxy: ${proxy} }`)).outbound).toEqual({
      proxies: { http: expected, https: expected },
      noProxy: ['acme.com', '10.0.0.0/8'],
      ca: [],
    })
  })

  it('leads where the environment says when nothing is set, its password apart from the address', async () => {
    env['HTTPS_PROXY'] = 'http://joe:p%40ss@secure.test:3128/'
    env['http_proxy'] = 'plain.test:8080'
    env['NO_PROXY'] = 'acme.com, .corp.test'
    expect((await outside(rest)).outbound).toEqual({
      proxies: {
        https: { url: 'http://secure.test:3128', credentials: { username: 'joe', password: 'p@ss' } },
        http: { url: 'http://plain.test:8080' },
      },
      noProxy: ['acme.com', '.corp.test'],
      ca: [],
    })
    expect((await outside(`${rest}network: { proxy: none }`)).outbound.proxies).toEqual({})
  })

  it('trusts the authorities of network.caFile, too', async () => {
    const [one = '', two = ''] = rootCertificates
    await keep('ca.pem', `a comment\n${one}\n${two}\n`)
    expect((await outside(`${rest}network: { caFile: secrets/ca.pem }`)).outbound.ca).toEqual([one, two])
  })

  it.each([
    ['network: { caFile: secrets/empty }', 'holds no certificate'],
    ['network: { caFile: secrets/broken }', 'cannot be read'],
    ['network: { caFile: secrets/nowhere }', 'network.caFile'],
    ['network: { proxy: { url: "http://joe:hunter2@proxy.test" } }', 'must not hold credentials'],
    ['network: { proxy: { url: "http://proxy.test", credentialsFile: secrets/empty } }', 'is empty'],
    ['network: { proxy: { url: "http://proxy.test", credentialsFile: secrets/word } }', 'must hold user:password'],
    ['network: { proxy: { url: "socks5://proxy.test" } }', 'network.proxy'],
  ])('refuses %s', async (yaml, words) => {
    await keep('empty', '\n')
    await keep('word', 'hunter2')
    await keep('broken', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')
    const message = await refusal(rest + yaml)
    expect(message).toContain(words)
    expect(message).not.toContain('hunter2')
  })

  it('refuses a proxy of the environment that is none, without repeating it', async () => {
    env['HTTPS_PROXY'] = 'socks5://joe:hunter2@proxy.test'
    const message = await refusal(rest)
    expect(message).toContain('HTTPS_PROXY')
    expect(message).not.toContain('hunter2')
  })
})

describe('docs/upstreams.md', () => {
  it('shows settings that work', async () => {
    await keep('corp-token', 'a')
    await keep('partner-password', 'b')
    await keep('proxy', 'joe:word')
    const text = await readFile('docs/upstreams.md', 'utf8')
    const blocks = Array.from(text.matchAll(/```yaml\n([^`]+)```/g), ([, yaml = '']) => yaml)
    expect(blocks).toHaveLength(3)
    const [registries = '', proxy = '', authority = ''] = blocks
    expect((await outside(registries)).upstreams.map(({ name }) => name)).toEqual(['corp', 'partner', 'default'])
    expect((await outside(rest + proxy)).outbound.proxies.https?.credentials?.username).toBe('joe')
    expect(await refusal(rest + authority.replace(/\/.*pem/, 'nowhere.pem'))).toContain('network.caFile')
  })
})
