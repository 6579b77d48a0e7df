import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findUpstream, readSettings, registryToken, withRegistryToken } from '#appliance/config/index.ts'
import { configuredRegistry } from '#appliance/config/npmrc.ts'

describe('where public packages come from', () => {
  let cwd: string
  let env: NodeJS.ProcessEnv
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'atoll-upstream-'))
    env = { PATH: process.env['PATH'], HOME: cwd, npm_config_userconfig: join(cwd, '.npmrc') }
  })
  afterEach(() => rm(cwd, { recursive: true, force: true }))

  const npmUses = (npmrc: string) => writeFile(join(cwd, '.npmrc'), npmrc)
  const find = async () => findUpstream(await readSettings({ cwd, env }), cwd, env)

  it('is what npm on this machine uses, with its credentials and authorities', async () => {
    await npmUses('registry=https://npm.acme.test/all/\n//npm.acme.test/all/:_authToken=secret\ncafile=/etc/acme.pem')
    expect(await find()).toEqual({ url: 'https://npm.acme.test/all/', token: 'secret', caFile: '/etc/acme.pem' })
  })

  it('is what the settings say, before npm', async () => {
    await npmUses('registry=https://npm.acme.test/')
    env['ATOLL_UPSTREAM_URL'] = 'https://other.test/'
    env['ATOLL_UPSTREAM_TOKEN'] = 'given'
    expect(await find()).toMatchObject({ url: 'https://other.test/', token: 'given' })
  })

  it('stays what it was when npm is then pointed at this box', async () => {
    await npmUses('registry=https://npm.acme.test/')
    await find()
    await npmUses('registry=http://localhost:4873/')
    expect((await find()).url).toBe('https://npm.acme.test/')
  })

  it('is asked for when npm has only ever been pointed at this box', async () => {
    await npmUses('registry=http://localhost:4873/')
    await expect(find()).rejects.toThrow('Set upstream.url')
  })
})

describe('a token in an .npmrc', () => {
  const npmrc = [
    '//npm.test/:_authToken=root',
    '//npm.test/team/:_authToken="team"',
    ['//env.test/:_authToken=', '{TOKEN}'].join('$'),
  ].join('\n')
  it.each([
    ['https://npm.test/', 'root'],
    ['https://npm.test/other/', 'root'],
    ['https://npm.test/team/', 'team'],
    ['https://env.test', 'from-env'],
    ['https://else.test/', undefined],
    ['https://npm.test:8443/', undefined],
  ])('for %s is %s', (registry, token) => {
    expect(registryToken(npmrc, registry, { TOKEN: 'from-env' })).toBe(token)
  })

  it('is replaced for its registry alone, and everything else stays', () => {
    const replaced = withRegistryToken(`${npmrc}\n; mine\n\n`, 'https://npm.test', 'new')
    expect(registryToken(replaced, 'https://npm.test/', {})).toBe('new')
    expect(registryToken(replaced, 'https://npm.test/team/', {})).toBe('team')
    expect(replaced.split('\n')).toEqual([...npmrc.split('\n').slice(1), '; mine', '//npm.test/:_authToken=new', ''])
    expect(withRegistryToken('', 'http://localhost:4873', 'first')).toBe('//localhost:4873/:_authToken=first\n')
    expect(withRegistryToken('//npm.test:_authToken = old', 'https://npm.test', 'new')).not.toContain('old')
  })
})

describe('the registry an .npmrc names', () => {
  const npmrc = `registry = https://npm.test/\n@acme.test:registry="https://\${HOST}/"\n; registry=https://else.test\n`
  it.each([
    ['@acme.test', 'https://acme.test/'],
    ['@else.test', 'https://npm.test/'],
    [undefined, 'https://npm.test/'],
  ])('for %s is %s', (scope, registry) => {
    expect(configuredRegistry(npmrc, scope, { HOST: 'acme.test' })).toBe(registry)
  })

  it('is none where it names none', () => {
    expect(configuredRegistry('//npm.test/:_authToken=x\nregistry=\n', '@acme.test', {})).toBeUndefined()
  })
})
