import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkSettings, type Finding } from '#appliance/config/check/index.ts'
import { describePublicNetwork, readSettings, readSettingsFile } from '#appliance/config/index.ts'
import { settingsOf } from '#appliance/config/settings.ts'
import { publicRelaysOf } from '#appliance/watch/index.ts'
import { publicNetworkSchema } from '#appview/mirror/config.ts'
import { healthReportSchema } from '#common/health/index.ts'
import { tinyServer } from '#test/support/tiny-server.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'atoll-public-settings-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

// No proxy of this machine stands between.
const env = { NO_PROXY: '*' }

async function read(yaml: string) {
  await writeFile(join(cwd, 'atoll.yaml'), yaml)
  return readSettings({ cwd, env })
}

/** What is found about the public network. */
async function check(yaml: string, { offline = true } = {}): Promise<Finding[]> {
  await writeFile(join(cwd, 'atoll.yaml'), yaml)
  const source = { cwd, env }
  const set = await readSettingsFile(source)
  const found = await checkSettings({ read: set, settings: await settingsOf(set.set, source), env }, { offline })
  return found.filter(({ setting }) => setting.startsWith('publicNetwork'))
}

const network = (fields: string) => `publicNetwork: { directory: "https://plc.test", ${fields} }\n`
const relay = 'relays: ["https://relay.test"]'

describe('the settings of the public network', () => {
  it('are absent, and then nothing is followed', async () => {
    expect((await read('')).publicNetwork).toBeUndefined()
  })

  it('become what the AppView takes', async () => {
    const { publicNetwork } = await read(
      network('relays: ["https://relay.test/"], nameServers: ["10.0.0.53", "[::1]:5353"], patienceSeconds: 2.5'),
    )
    if (publicNetwork === undefined) throw new Error('there is none')
    expect(publicNetworkSchema.parse(describePublicNetwork(publicNetwork))).toEqual({
      relays: ['https://relay.test'],
      directory: 'https://plc.test',
      privateHosts: [],
      nameServers: ['10.0.0.53', '[::1]:5353'],
      discoverHours: 24,
      patienceMs: 2_500,
      maxRepoBytes: 256_000_000,
    })
  })

  it.each([
    ['no relay', network('relays: []'), 'publicNetwork.relays'],
    ['no directory', `publicNetwork: { ${relay} }`, 'publicNetwork.directory'],
    ['a relay twice', network('relays: ["https://relay.test", "https://relay.test/"]'), 'names one twice'],
    ['a relay with a path', network('relays: ["https://relay.test/xrpc"]'), 'is more than scheme, host and port'],
    ['a password', network('relays: ["https://joe:hunter2@relay.test"]'), 'must not hold credentials'],
    ['another protocol', network('relays: ["wss://relay.test"]'), 'publicNetwork.relays.0'],
    ['a name server by name', network(`${relay}, nameServers: ["dns.test"]`), 'is not an IP address'],
    ['a name server’s port out of range', network(`${relay}, nameServers: ["10.0.0.1:70000"]`), 'is not an IP address'],
    ['an unknown key', network(`${relay}, relay: x`), 'publicNetwork.relay: there is no such setting'],
  ])('refuse %s', async (_what, yaml, words) => {
    const failure = await read(yaml).catch((error: Error) => error)
    expect(String(failure)).toContain(words)
    expect(String(failure)).not.toContain('hunter2')
  })
})

describe('atoll config check, of the public network', () => {
  it('finds nothing where there is nothing to find', async () => {
    expect(await check('')).toEqual([])
    expect(await check(network(relay))).toEqual([])
  })

  it.each([
    [
      'the box’s own relay',
      network('relays: ["http://localhost:4883"]'),
      'fail',
      'publicNetwork.relays.0',
      'own relay',
    ],
    [
      'a relay below names.private',
      `names: { private: ["acme.com"] }\n${network('relays: ["https://relay.acme.com"]')}`,
      ...(['warn', 'publicNetwork.relays.0', 'names.private'] as const),
    ],
    ['a relay without TLS', network('relays: ["http://relay.test"]'), 'warn', 'publicNetwork.relays.0', 'without TLS'],
    [
      'a relay inside whose PDSes are not named',
      network('relays: ["https://10.1.2.3"]'),
      ...(['warn', 'publicNetwork.privateHosts', '10.1.2.3'] as const),
    ],
  ])('finds %s', async (_what, yaml, level, setting, words) => {
    expect(await check(yaml)).toContainEqual({ level, setting, problem: expect.stringContaining(words) })
  })

  it('takes the box’s own directory for no public one', async () => {
    const found = await check(`publicNetwork: { directory: "http://127.0.0.1:4880", ${relay} }`)
    expect(found).toMatchObject([{ level: 'fail', setting: 'publicNetwork.directory' }])
  })

  it('asks relays and directory only where it may ask others', async () => {
    const asked: string[] = []
    await using good = await tinyServer((request, response) => {
      asked.push(request.url ?? '')
      response.setHeader('content-type', 'application/json').end('{}')
    })
    await using page = await tinyServer((_request, response) => void response.end('<h1>Sign in</h1>'))
    const yaml = `publicNetwork: { relays: ["${good.url}", "${page.url}", "http://127.0.0.1:9"], directory: "${good.url}", privateHosts: ["${good.url}"] }`
    expect(await check(yaml)).toEqual([])
    expect(asked).toEqual([])
    expect(await check(yaml, { offline: false })).toMatchObject([
      { level: 'fail', setting: 'publicNetwork.relays.1', problem: expect.stringContaining('no JSON') },
      { level: 'fail', setting: 'publicNetwork.relays.2', problem: expect.stringContaining('does not answer') },
    ])
    expect(asked).toHaveLength(2)
  })
})

describe('what atoll status says of public relays', () => {
  it('tells them from the box’s own by their address, and how old the newest event is', () => {
    const report = healthReportSchema.parse({
      component: 'appview',
      version: '0.1.0',
      ready: true,
      checks: [],
      sources: [
        { url: 'http://relay:1', connected: true, position: { seq: 3 } },
        { url: 'https://one.test', connected: true, position: { seq: 7, at: '2026-11-22T12:00:00.000Z' } },
        { url: 'https://two.test', connected: false, position: { seq: 0 } },
      ],
    })
    const asked = [
      { component: 'relay', url: 'http://relay:1', report: undefined },
      { component: 'appview', url: 'http://appview:1', report },
    ]
    expect(publicRelaysOf(asked, Date.parse('2026-11-22T12:00:05.000Z'))).toEqual([
      { relay: 'https://one.test', state: 'followed', position: 7, seconds: 5 },
      { relay: 'https://two.test', state: 'away', position: 0, seconds: undefined },
    ])
  })
})
