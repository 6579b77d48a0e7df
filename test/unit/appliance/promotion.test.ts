import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkPromotion } from '#appliance/config/check/promotion.ts'
import { readSettings, readSettingsFile, type Settings } from '#appliance/config/index.ts'
import { faceConfigs, preflightSettings } from '#appliance/init/face-configs.ts'
import { describeNetwork, keepFaceSecrets, keepSecrets } from '#appliance/init/index.ts'
import type { Parts } from '#appliance/init/parts.ts'
import { componentsOf } from '#appliance/supervise/index.ts'
import { publicAppViewConfigSchema } from '#appview/public-face/config.ts'
import { publicGatewayConfigSchema } from '#gateway/public-face/config.ts'
import { edgeConfigSchema } from '#pds/edge/config.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'atoll-promotion-settings-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const env = {}
const publicNetwork = 'publicNetwork: { directory: "https://plc.test", relays: ["https://relay.test"] }\n'
const urls = '{ gateway: "https://npm.acme.test", org: "https://pkg.acme.test", people: "https://ppl.acme.test" }'
const whole = `${publicNetwork}promotion: { publicUrls: ${urls}, internalDomains: [corp.acme.test] }\n`

async function read(yaml: string): Promise<Settings> {
  await writeFile(join(cwd, 'atoll.yaml'), yaml)
  return readSettings({ cwd, env })
}

async function found(yaml: string) {
  const settings = await read(yaml)
  return checkPromotion({ read: await readSettingsFile({ cwd, env }), settings, env })
}

describe('the settings of promotion', () => {
  it('are absent, and then no part of the public face runs', async () => {
    expect(componentsOf(await read(''))).not.toContain('edge-org')
    expect(componentsOf(await read(whole))).toEqual(
      expect.arrayContaining(['edge-org', 'edge-people', 'public-appview', 'public-gateway']),
    )
  })

  it('are in order with a public network and addresses of their own', async () => {
    expect(await found(whole)).toEqual([])
  })

  it('are those of the guide, beside those of the guide to installing', async () => {
    const blockOf = async (page: string) => {
      const text = await readFile(join(import.meta.dirname, '../../../docs', page), 'utf8')
      return /```yaml\n([^`]+)```/.exec(text)?.[1] ?? ''
    }
    const both = (await blockOf('install.md')) + (await blockOf('promotion.md'))
    expect(both).toMatch(/handles:.*promotion:/s)
    expect(await found(both)).toEqual([])
  })

  it('need a public network', async () => {
    expect(await found('promotion: {}\n')).toContainEqual(
      expect.objectContaining({
        level: 'fail',
        setting: 'promotion',
        problem: expect.stringContaining('publicNetwork'),
      }),
    )
  })

  it('want two hosts for two parties, none of the inside, and TLS', async () => {
    const one = urls.replace('ppl', 'pkg')
    expect(await found(`${publicNetwork}promotion: { publicUrls: ${one} }\n`)).toContainEqual(
      expect.objectContaining({ level: 'fail', setting: 'promotion.publicUrls.people' }),
    )
    const inside = `${whole}publicUrls: { gateway: "https://npm.acme.test" }\n`
    expect(await found(inside)).toContainEqual(
      expect.objectContaining({ level: 'fail', setting: 'promotion.publicUrls.gateway' }),
    )
    const plain = whole.replace('https://pkg', 'http://pkg')
    expect(await found(plain)).toContainEqual(
      expect.objectContaining({ level: 'warn', setting: 'promotion.publicUrls.org' }),
    )
    expect(await found(`${publicNetwork}promotion: {}\n`)).toHaveLength(3)
  })
})

describe('the configurations of the public face', () => {
  async function parts() {
    const settings = await read(whole)
    const secrets = await keepSecrets(join(cwd, 'data'))
    const network = await describeNetwork(settings, secrets)
    const outside = { upstreams: [], outbound: { proxies: {}, noProxy: [], ca: [] }, provenance: {} }
    const faceSecrets = await keepFaceSecrets(join(cwd, 'data'))
    const of = { settings, secrets, network, outside } as unknown as Parts
    const keys = { 'public-appview': network.peers.appview.key, 'public-gateway': network.peers.gateway.key }
    const databaseUrl = 'postgres://edge@localhost/atoll'
    const databaseUrls = { edge_org: databaseUrl, edge_people: databaseUrl, public_appview: databaseUrl }
    return { of, configs: faceConfigs(of, { secrets: faceSecrets, keys, databaseUrls }) }
  }

  it('are what its parts take', async () => {
    const { configs } = await parts()
    for (const role of ['org', 'people'] as const) {
      expect(edgeConfigSchema.parse(configs[`edge-${role}`])).toMatchObject({ role, directory: 'https://plc.test' })
    }
    expect(publicAppViewConfigSchema.parse(configs['public-appview']).hosts).toEqual({
      org: ['https://pkg.acme.test'],
      people: ['https://ppl.acme.test'],
    })
    expect(publicGatewayConfigSchema.parse(configs['public-gateway']).publicUrl).toBe('https://npm.acme.test')
  })

  it('name no address and no secret of the inside', async () => {
    const { of, configs } = await parts()
    const { network, secrets } = of
    const words = [
      ...Object.values(network.peers).map(({ url }) => url),
      ...Object.values(network.publicUrls),
      ...[secrets.org, secrets.people, secrets.gateway, secrets.appview].map((one) => one.privateKeyHex),
      ...[secrets.org, secrets.people].flatMap(({ pds }) => [pds.rotationKeyHex, pds.jwtSecret, pds.adminPassword]),
    ]
    for (const word of words) expect(JSON.stringify(configs)).not.toContain(word)
  })

  it('have secrets of their own, the same at the next start', async () => {
    const first = await keepFaceSecrets(join(cwd, 'data'))
    expect(await keepFaceSecrets(join(cwd, 'data'))).toEqual(first)
    expect(first['edge-org'].pds.rotationKeyHex).not.toBe(first['edge-people'].pds.rotationKeyHex)
  })

  it('tell the preflight what is inside: the domains of the settings, and hosts of the box', async () => {
    const { of } = await parts()
    const network = { ...of.network, publicUrls: { gateway: 'https://npm.corp.test', people: 'http://127.0.0.1:1' } }
    expect(preflightSettings({ ...of, network })).toEqual({
      internalDomains: ['corp.acme.test'],
      publicHosts: [],
      mailDomains: [],
      internalHosts: ['npm.corp.test'],
    })
  })
})
