import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkSettings } from '#appliance/config/check/index.ts'
import { onDisk, readCrossPublish, readSettings, readSettingsFile } from '#appliance/config/index.ts'
import { settingsOf } from '#appliance/config/settings.ts'
import { componentConfigs, describeFace, describeNetwork, keepFaceSecrets, keepSecrets } from '#appliance/init/index.ts'
import { orgConfigSchema } from '#pds/org/index.ts'

const token = 'npm_that-nobody-else-may-know'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'atoll-cross-publish-'))
  await writeFile(join(cwd, 'npm-token'), `${token}\n`, { mode: 0o600 })
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const network = 'publicNetwork: { directory: "https://plc.test", relays: ["https://relay.test"] }\n'
const promotion = (crossPublish: string) => `${network}promotion: { crossPublish: { ${crossPublish} } }\n`
const npm = 'registry: "https://registry.npmjs.org/"'

async function read(yaml: string, env: NodeJS.ProcessEnv = {}) {
  await writeFile(join(cwd, 'atoll.yaml'), yaml)
  const settings = await readSettings({ cwd, env: { ATOLL_DATA: join(cwd, 'data') } })
  return { settings, crossPublish: await readCrossPublish(settings, { folder: settings.folder, env }) }
}

describe('another registry in the settings', () => {
  it('is none unless it is named', async () => {
    expect((await read('')).crossPublish).toBeUndefined()
    expect((await read(`${network}promotion: {}\n`)).crossPublish).toBeUndefined()
  })

  it('comes with a token from a file that nobody else can read, or from the environment', async () => {
    const expected = { registry: 'https://registry.npmjs.org', token }
    const yaml = promotion(`${npm}, tokenFile: npm-token`)
    expect((await read(yaml)).crossPublish).toEqual(expected)
    expect((await read(promotion(`${npm}, tokenEnv: NPM`), { NPM: token })).crossPublish).toEqual(expected)
    await chmod(join(cwd, 'npm-token'), 0o644)
    await expect(read(yaml)).rejects.toThrow('promotion.crossPublish.tokenFile')
    await expect(read(promotion(`${npm}, tokenEnv: NPM`))).rejects.toThrow('promotion.crossPublish.tokenEnv')
  })

  it.each([
    ['without a token', npm],
    ['with two', `${npm}, tokenFile: npm-token, tokenEnv: NPM`],
    ['with credentials in its address', 'registry: "https://a:b@registry.test", tokenFile: npm-token'],
    ['by another protocol', 'registry: "ftp://registry.test", tokenFile: npm-token'],
    ['with its token in the settings', `${npm}, token: ${token}`],
    ['that is this box', 'registry: "http://localhost:4873", tokenFile: npm-token'],
    ['that is its public gateway', 'registry: "http://localhost:4888", tokenFile: npm-token'],
  ])('is refused %s', async (_what, fields) => {
    await expect(read(promotion(fields), { NPM: token })).rejects.toThrow(/promotion\.crossPublish/)
  })

  it('is checked by "atoll config check"', async () => {
    await writeFile(join(cwd, 'atoll.yaml'), promotion(`${npm}, tokenEnv: NPM`))
    const source = { cwd, env: {} }
    const set = await readSettingsFile(source)
    const checked = { read: set, settings: await settingsOf(set.set, source), env: {} }
    const found = await checkSettings(checked, { offline: true })
    expect(found).toContainEqual(expect.objectContaining({ setting: 'promotion.crossPublish.tokenEnv', level: 'fail' }))
  })

  it('has its token told to the org PDS and to no other part', async () => {
    const { settings, crossPublish } = await read(promotion(`${npm}, tokenFile: npm-token`))
    const [secrets, faceSecrets] = [await keepSecrets(settings.dataDir), await keepFaceSecrets(settings.dataDir)]
    const databaseUrls = new Proxy({}, { get: () => 'postgres://localhost/atoll' }) as never
    const { org, ...others } = componentConfigs({
      ...{ settings, secrets, databaseUrls, crossPublish, idpSecrets: {}, storage: onDisk },
      network: await describeNetwork(settings, secrets),
      notices: { webhooks: [] },
      outside: {
        upstreams: [],
        outbound: { proxies: {}, noProxy: [], ca: [] },
        provenance: { publicGood: true, trustRoots: [] },
      },
      face: { secrets: faceSecrets, keys: await describeFace(faceSecrets), databaseUrls },
    })
    expect(orgConfigSchema.parse(org).promotion?.crossPublish).toEqual(crossPublish)
    expect(Object.keys(others)).toContain('edge-org')
    expect(JSON.stringify(others)).not.toContain(token)
  })
})
