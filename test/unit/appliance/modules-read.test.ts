import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from '#appliance/config/index.ts'
import { writePrivateJson } from '#appliance/files/private-json.ts'
import { describeNetwork, keepSecrets } from '#appliance/init/index.ts'

const program = join(import.meta.dirname, '../../../appliance/bin/atoll.ts')
// Nobody listens on port 9, so a command gets as far as asking.
const env = { PATH: process.env['PATH'], ATOLL_PORT_GATEWAY: '9', ATOLL_PORT_APPVIEW: '9', ATOLL_PORT_ORG: '9' }

/** A box that was started once, and is down. */
let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'atoll-modules-'))
  const settings = await readSettings({ cwd, env })
  const network = await describeNetwork(settings, await keepSecrets(settings.dataDir))
  await writePrivateJson(join(settings.dataDir, 'run', 'network.json'), network)
})
afterAll(() => rm(cwd, { recursive: true, force: true }))

const counting = `import { registerHooks } from 'node:module'
  const urls = []
  registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context) } })
  process.on('exit', () => process.stdout.write('\\n' + JSON.stringify(urls)))`

interface Modules {
  count: number
  /** Names of packages. */
  packages: Set<string>
  /** What the command said on stderr. */
  said: string
}

function modulesOf(...command: string[]): Promise<Modules> {
  const args = ['--import', `data:text/javascript,${encodeURIComponent(counting)}`, program, ...command]
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env, maxBuffer: 2 ** 24 }, (_error, stdout, stderr) => {
      const urls = JSON.parse(stdout.slice(stdout.lastIndexOf('\n'))) as string[]
      const names = urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])
      resolve({ count: urls.length, packages: new Set(names), said: stderr })
    })
  })
}

/** What servers, databases, the way outside, and checks of packages stand on. */
const machinery =
  /^(@aws-sdk|@opentelemetry|@sigstore|@simplewebauthn|@yarnpkg|@did-plc)\/|^(@atproto\/(pds|repo|lex|lex-client|lex-cbor)|fastify|kysely|undici|pino|casbin|openid-client|jose|nodemailer|htmlparser2|semver|tar|yauzl|packageurl-js|ws)$/

describe('a command', () => {
  it('reads no component to say how it is used', async () => {
    const { count } = await modulesOf('team', 'add', '--help')
    expect(count).toBeLessThan(150)
  })

  // Each read about 2,000 modules when the settings' schemas were in the files of what they are the settings of.
  it.each([
    [['status'], 'Down: ', ['pg']],
    [['org', 'list'], 'does not answer', []],
    [['label', 'list', 'left-pad', '--token', 'x'], 'does not answer', []],
    [['trust', 'left-pad@1.3.0', '--token', 'x'], 'does not answer', []],
    [['audit', 'verify'], 'does not answer', []],
    [['config', 'check', '--offline'], '', []],
  ])('that administers, as %j, reads nothing of what components run on', async (command, says, needs) => {
    const { count, packages, said } = await modulesOf(...command)
    expect(said).toContain(says)
    expect([...packages].filter((name) => machinery.test(name) || name === 'pg')).toEqual(needs)
    expect(count).toBeLessThan(900)
  })
})
