import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { onDisk, readIdpSecrets, readSettings } from '#appliance/config/index.ts'
import { writeDeployment } from '#appliance/init/containers/index.ts'
import { openWatch } from '#appliance/watch/index.ts'
import { appviewConfigSchema } from '#appview/index.ts'
import { hashMonitorToken } from '#common/monitoring/index.ts'
import { gatewayConfigSchema } from '#gateway/index.ts'
import { directoryConfigSchema } from '#pds/directory/index.ts'
import { orgConfigSchema } from '#pds/org/index.ts'
import { peopleConfigSchema } from '#pds/people/index.ts'
import { relayConfigSchema } from '#relay/config.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'atoll-deployment-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const outside = {
  upstreams: [
    {
      name: 'default',
      scopes: 'default' as const,
      url: 'https://npm.acme.test/',
      credentials: { token: 'the-token-of-the-upstream' },
    },
  ],
  outbound: { proxies: {}, noProxy: [], ca: [] },
  provenance: { publicGood: true, trustRoots: [] },
}

async function prepare(env: NodeJS.ProcessEnv = {}, yaml?: string): Promise<void> {
  if (yaml !== undefined) await writeFile(join(dataDir, 'atoll.yaml'), yaml)
  const settings = await readSettings({ cwd: dataDir, env: { ATOLL_DATA: dataDir, ...env } })
  const idpSecrets = await readIdpSecrets(settings.idps, { folder: dataDir, env })
  await writeDeployment({ settings, outside, idpSecrets, storage: onDisk, notices: { webhooks: [] } }, {})
}

async function configs(): Promise<Map<string, string>> {
  const folder = join(dataDir, 'config')
  const names = await readdir(folder)
  return new Map(
    await Promise.all(
      names.map(async (name): Promise<[string, string]> => [name, await readFile(join(folder, name), 'utf8')]),
    ),
  )
}

const parsed = async (name: string) => JSON.parse((await configs()).get(`${name}.json`) ?? '')

const real = `
publicUrls: { gateway: 'https://npm.acme.com', people: 'https://people.acme.com' }
idps:
  - { issuer: 'https://sso.acme.com', clientId: atoll, clientSecret: the-secret-of-the-client, mfa: { claim: amr, accept: [mfa] } }
`

describe('a deployment in containers', () => {
  it('is watched from beside the components, with a token of which each knows the digest only', async () => {
    await prepare()
    const applianceConfig = join(dataDir, 'config', 'appliance.json')
    const env = { ATOLL_DATA: '/tmp', ATOLL_APPLIANCE_CONFIG: applianceConfig }
    const { token = '', targets } = await openWatch(await readSettings({ cwd: dataDir, env }))
    expect(targets).toContainEqual({ component: 'org', url: 'http://org-pds:4881' })
    expect(targets).toContainEqual({ component: 'gateway', url: 'http://gateway:4873' })
    const holders = [...(await configs())].filter(([, config]) => config.includes(token)).map(([name]) => name)
    expect(holders.sort()).toEqual(['appliance.json', 'monitoring-token'])
    for (const name of ['gateway', 'org-pds', 'relay']) {
      expect((await parsed(name)).monitoring).toEqual({ tokenHash: hashMonitorToken(token) })
    }
  })

  it('gives each component a configuration it accepts, which nobody else can read', async () => {
    await prepare()
    for (const [name, schema] of [
      ['directory', directoryConfigSchema],
      ['org-pds', orgConfigSchema],
      ['people-pds', peopleConfigSchema],
      ['relay', relayConfigSchema],
      ['appview', appviewConfigSchema],
      ['gateway', gatewayConfigSchema],
    ] as const) {
      expect(schema.parse(await parsed(name)).listen.host).toBe('0.0.0.0')
      expect((await stat(join(dataDir, 'config', `${name}.json`))).mode & 0o777).toBe(0o600)
    }
    expect((await stat(join(dataDir, 'config'))).mode & 0o777).toBe(0o700)
  })

  it('tells nobody the secret of another: each word drawn is in its own file, and in that of whoever prepares Postgres', async () => {
    await prepare({}, real)
    const owners = { org: 'org-pds', people: 'people-pds' } as Record<string, string>
    for (const role of ['directory', 'org', 'people', 'relay', 'appview', 'gateway', 'appliance']) {
      const secrets = JSON.parse(await readFile(join(dataDir, 'secrets', `${role}.json`), 'utf8'))
      for (const word of wordsOf(secrets)) {
        const holders = [...(await configs())].filter(([, text]) => text.includes(word)).map(([name]) => name)
        const allowed = [`${owners[role] ?? role}.json`, 'database.json', 'postgres-password']
        expect(allowed, role).toEqual(expect.arrayContaining(holders))
      }
    }
    for (const [word, holder] of [
      ['the-token-of-the-upstream', 'appview.json'],
      ['the-secret-of-the-client', 'people-pds.json'],
    ]) {
      const holders = [...(await configs())].filter(([, text]) => text.includes(word ?? ''))
      expect(holders.map(([name]) => name)).toEqual([holder])
    }
  })

  it('tells gateway and PDSes alike how large a tarball may be', async () => {
    await prepare({}, 'limits: { tarballBytes: 1000000 }')
    const told = [
      gatewayConfigSchema.parse(await parsed('gateway')).limits.tarballBytes,
      orgConfigSchema.parse(await parsed('org-pds')).tarballBytes,
      peopleConfigSchema.parse(await parsed('people-pds')).tarballBytes,
    ]
    expect(told).toEqual([1_000_000, 1_000_000, 1_000_000])
    await expect(prepare({}, 'limits: { tarballBytes: 524288001 }')).rejects.toThrow('limits.tarballBytes')
  })

  it('is the same when it is prepared again, and follows its settings', async () => {
    await prepare()
    const first = await configs()
    await prepare()
    expect(await configs()).toEqual(first)
    await prepare({ ATOLL_PUBLIC_URL_GATEWAY: 'https://npm.acme.com' })
    expect((await parsed('gateway')).network.publicUrls.gateway).toBe('https://npm.acme.com')
    expect((await parsed('gateway')).self).toEqual(JSON.parse(first.get('gateway.json') ?? '').self)
  })

  it('makes loopback mean the same in the containers that need it, and leaves real host names alone', async () => {
    await prepare()
    expect((await parsed('org-pds')).forward).toEqual([{ port: 4875, to: { host: 'idp', port: 4875 } }])
    expect((await parsed('appliance')).forward.map(({ port }: { port: number }) => port)).toEqual([4873, 4874, 4875])
    await prepare({}, real)
    expect((await parsed('org-pds')).forward).toEqual([])
    expect((await parsed('appliance')).forward).toEqual([])
  })

  it('does not let a PDS move: its accounts name it for ever', async () => {
    await prepare()
    await expect(prepare({ ATOLL_PORT_ORG: '5881' })).rejects.toThrow('http://org-pds:4881')
    expect((await parsed('org-pds')).listen.port).toBe(4881)
  })

  it('does not take over the folder of a box that runs on this machine', async () => {
    await mkdir(join(dataDir, 'run'))
    await writeFile(join(dataDir, 'run', 'network.json'), '{}')
    await expect(prepare()).rejects.toThrow('its identities name hosts on this machine')
  })
})

/** The marker is no secret, and neither is a public key. */
function wordsOf(value: object): string[] {
  return Object.entries(value).flatMap(([name, word]) => {
    if (typeof word === 'object') return wordsOf(word)
    return ['marker', 'recoveryKey'].includes(name) ? [] : [String(word)]
  })
}
