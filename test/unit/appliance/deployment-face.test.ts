import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { onDisk, readSettings } from '#appliance/config/index.ts'
import { writeDeployment } from '#appliance/init/containers/index.ts'
import { appviewConfigSchema } from '#appview/index.ts'
import { publicAppViewConfigSchema } from '#appview/public-face/config.ts'
import { publicGatewayConfigSchema } from '#gateway/public-face/config.ts'
import { edgeConfigSchema } from '#pds/edge/config.ts'
import { orgConfigSchema } from '#pds/org/index.ts'
import { peopleConfigSchema } from '#pds/people/index.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'atoll-deployment-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const outside = {
  upstreams: [],
  outbound: { proxies: {}, noProxy: [], ca: [] },
  provenance: { publicGood: true, trustRoots: [] },
}

const publicNetwork = `publicNetwork: { directory: 'https://plc.example', relays: ['https://relay.example'] }`
const real = `${publicNetwork}
promotion:
  publicUrls: { gateway: 'https://npm.acme.com', org: 'https://packages.acme.com', people: 'https://people.acme.com' }
`
const onThisMachine = `${publicNetwork}\npromotion: {}\n`

async function prepare(yaml: string, env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  await writeFile(join(dataDir, 'atoll.yaml'), yaml)
  const settings = await readSettings({ cwd: dataDir, env: { ATOLL_DATA: dataDir, ...env } })
  const crossPublish = { registry: 'https://registry.npmjs.org', token: 'the-token-of-the-registry' }
  const parts = { settings, outside, idpSecrets: {}, storage: onDisk, notices: { webhooks: [] }, crossPublish }
  return writeDeployment(parts, {})
}

const text = (name: string) => readFile(join(dataDir, 'config', `${name}.json`), 'utf8')
const parsed = async (name: string) => JSON.parse(await text(name))

describe('containers of what is made public', () => {
  it('are configured where there is "promotion", and not elsewhere', async () => {
    const names = ['edge-org', 'edge-people', 'public-appview', 'public-gateway', 'push-org', 'push-people']
    expect(await prepare('')).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(edge|public|push)-/)]))
    expect((await parsed('database')).face).toEqual({})
    expect((await readdir(join(dataDir, 'secrets'))).join()).not.toContain('edge')
    expect(await prepare(real)).toEqual(expect.arrayContaining(names))
  })

  it('get a configuration they accept, which nobody else can read', async () => {
    await prepare(real)
    for (const [name, schema] of [
      ['edge-org', edgeConfigSchema],
      ['edge-people', edgeConfigSchema],
      ['public-appview', publicAppViewConfigSchema],
      ['public-gateway', publicGatewayConfigSchema],
    ] as const) {
      const config = schema.parse(await parsed(name))
      expect([config.listen.host, config.dataDir]).toEqual(['0.0.0.0', '/data'])
      expect((await stat(join(dataDir, 'config', `${name}.json`))).mode & 0o777).toBe(0o600)
    }
  })

  it('know no name of a container inside', async () => {
    await prepare(onThisMachine)
    for (const name of ['edge-org', 'edge-people', 'public-appview', 'public-gateway']) {
      expect(await text(name), name).not.toMatch(
        /\/\/(gateway|appview|relay|directory|org-pds|people-pds|idp|push-org|push-people)[:/"]/,
      )
    }
  })

  it('have a secret each that no other has but who prepares Postgres, and the token of another registry goes to the org PDS alone', async () => {
    await prepare(real)
    const all = await readdir(join(dataDir, 'config'))
    const holders = async (word: string) => {
      const found = await Promise.all(
        all.map(async (file) => (await readFile(join(dataDir, 'config', file), 'utf8')).includes(word)),
      )
      return all.filter((_, index) => found[index])
    }
    for (const name of ['edge-org', 'edge-people', 'public-appview', 'public-gateway']) {
      const secrets = JSON.parse(await readFile(join(dataDir, 'secrets', `${name}.json`), 'utf8'))
      const { recoveryKey: _, ...ofPds } = secrets.pds ?? {}
      for (const word of [secrets.privateKeyHex, ...Object.values<string>(ofPds)]) {
        expect([`${name}.json`], name).toEqual(expect.arrayContaining(await holders(word)))
      }
      expect([`${name}.json`, 'database.json'], name).toEqual(
        expect.arrayContaining(await holders(secrets.databasePassword)),
      )
    }
    expect(await holders('the-token-of-the-registry')).toEqual(['org-pds.json'])
  })

  it('are reached from the inside through a container that leads to one of them and nowhere else', async () => {
    await prepare(real, { ATOLL_PORT_EDGEPEOPLE: '5886' })
    const { edge: ofOrg } = orgConfigSchema.parse(await parsed('org-pds')).promotion ?? {}
    const { edge: ofPeople } = peopleConfigSchema.parse(await parsed('people-pds')).promotion ?? {}
    expect([ofOrg?.url, ofOrg?.endpoint]).toEqual(['http://push-org:4885', 'https://packages.acme.com'])
    expect([ofPeople?.url, ofPeople?.endpoint]).toEqual(['http://push-people:5886', 'https://people.acme.com'])
    expect(await parsed('push-org')).toEqual({
      listen: { host: '0.0.0.0', port: 4885 },
      to: { host: 'edge-org', port: 4885 },
    })
    expect(await parsed('push-people')).toEqual({
      listen: { host: '0.0.0.0', port: 5886 },
      to: { host: 'edge-people', port: 5886 },
    })
  })

  it('have a role of Postgres each, and a schema with it', async () => {
    await prepare(real)
    expect(Object.keys((await parsed('database')).face)).toEqual(['edge_org', 'edge_people', 'public_appview'])
    const { database } = edgeConfigSchema.parse(await parsed('edge-people'))
    expect([new URL(database.url).username, new URL(database.url).hostname, database.schema]).toEqual([
      'atoll_edge_people',
      'postgres',
      'edge_people',
    ])
  })

  it('are found by their public addresses where these are this machine’s, and nothing is forwarded where they are not', async () => {
    await prepare(onThisMachine)
    const ways = (org: string, people: string) => [
      { port: 4885, to: { host: org, port: 4885 } },
      { port: 4886, to: { host: people, port: 4886 } },
    ]
    expect((await parsed('appview')).forward).toEqual(ways('push-org', 'push-people'))
    expect((await parsed('public-appview')).forward).toEqual(ways('edge-org', 'edge-people'))
    await rm(join(dataDir, 'config'), { recursive: true })
    await prepare(real)
    expect((await parsed('appview')).forward).toEqual([])
    expect(appviewConfigSchema.parse(await parsed('appview')).publicNetwork?.privateHosts).toEqual([
      'https://packages.acme.com',
      'https://people.acme.com',
    ])
  })

  it('keep their keys when prepared again, and leave a recovery key to be taken away', async () => {
    await prepare(real)
    const before = await Promise.all(['edge-org', 'edge-people', 'database'].map(text))
    await prepare(real)
    expect(await Promise.all(['edge-org', 'edge-people', 'database'].map(text))).toEqual(before)
    expect(await readdir(join(dataDir, 'recovery'))).toEqual(
      expect.arrayContaining(['edge-org.json', 'edge-people.json']),
    )
  })

  it.each([
    ['org', 'packages', 'edge-org'],
    ['people', 'people', 'edge-people'],
  ])('do not move: public identities name the PDS of %s for ever', async (role, host, name) => {
    await prepare(real)
    const before = await text(name)
    const moved = real.replace(`https://${host}.acme.com`, 'https://elsewhere.acme.com')
    await expect(prepare(moved)).rejects.toThrow(`https://${host}.acme.com. Set promotion.publicUrls.${role} back`)
    expect(await text(name)).toBe(before)
    await prepare(real.replace('https://npm.acme.com', 'https://registry.acme.com'))
    expect((await parsed('public-gateway')).publicUrl).toBe('https://registry.acme.com')
  })

  it('are refused without a public network', async () => {
    await expect(prepare('promotion: {}')).rejects.toThrow('promotion needs publicNetwork')
  })
})
