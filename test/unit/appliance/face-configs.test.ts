import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onDisk, readSettings } from '#appliance/config/index.ts'
import {
  type ComponentConfigs,
  componentConfigs,
  describeFace,
  describeNetwork,
  keepFaceSecrets,
  keepSecrets,
} from '#appliance/init/index.ts'

const settingsFile = `
network: { name: walrus-net }
publicNetwork: { directory: 'https://plc.example', relays: ['https://relay.example'] }
promotion: { publicUrls: { org: 'https://packages.acme.com', people: 'https://people.acme.com:8443' } }
`

interface Edge {
  self: { did: string }
  promotion: { edge: { did: string } }
}

describe('what the public face is configured with', () => {
  let dataDir: string
  let configs: ComponentConfigs

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'atoll-face-'))
    await writeFile(join(dataDir, 'atoll.yaml'), settingsFile)
    const settings = await readSettings({ cwd: dataDir, env: { ATOLL_DATA: dataDir } })
    const secrets = await keepSecrets(dataDir)
    const faceSecrets = await keepFaceSecrets(dataDir)
    const network = await describeNetwork(settings, secrets)
    const face = { secrets: faceSecrets, keys: await describeFace(faceSecrets), databaseUrls: {} }
    const outside = {
      upstreams: [],
      outbound: { proxies: {}, noProxy: [], ca: [] },
      provenance: { publicGood: true, trustRoots: [] },
    }
    const rest = { databaseUrls: {} as never, idpSecrets: {}, storage: onDisk, notices: { webhooks: [] } }
    configs = componentConfigs({ settings, secrets, network, outside, face, ...rest })
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  it.each([
    ['org', 'did:web:packages.acme.com'],
    ['people', 'did:web:people.acme.com%3A8443'],
  ] as const)('names each public PDS by where it is, for anybody may ask it (%s)', (role, did) => {
    const [edge, inside] = [configs[`edge-${role}`], configs[role]] as [Edge, Edge]
    expect([edge.self.did, inside.promotion.edge.did]).toEqual([did, did])
  })

  it('tells a public PDS no address inside', () => {
    for (const role of ['org', 'people'] as const) {
      const text = JSON.stringify(configs[`edge-${role}`])
      for (const inside of ['gateway', 'appview', 'relay', 'directory'])
        expect(text).not.toContain(`${inside}.walrus-net`)
      expect(text).not.toMatch(/http:\/\/localhost:48\d\d/)
    }
  })
})
