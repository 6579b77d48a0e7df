import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Npm } from '#appliance/tour/npm.ts'
import { Administrator } from '#test/support/administrator.ts'
import { Developer, packVersion } from '#test/support/developer.ts'
import { packageFolder } from '#test/support/package-folder.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'
import { RecordingUpstream } from './recording-upstream.ts'

const settings = `
names:
  private: ['corp.example', '@inhouse/*', 'our-tool']
`
const unknownDid = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'

/** Names that could be the company's: of its organisation, of somebody's handle, or listed in names.private. */
const privateNames = [
  '@acme.test/missing',
  '@ACME.test/x',
  '@other.test/y',
  '@corp.example/z',
  '@sub.corp.example/z',
  '@inhouse/tool',
  '@INHOUSE/Tool',
  'our-tool',
  'Our-Tool',
]

/** Everything a client can ask about a name, in every spelling. */
function pathsOf(name: string): string[] {
  const [bare = ''] = name.split('/').slice(-1)
  const spellings = [name, name.replace('/', '%2f'), name.replace('/', '%2F'), encodeURIComponent(name)]
  const doubled = encodeURIComponent(encodeURIComponent(name))
  const character = `%${name.charCodeAt(1).toString(16)}`
  const hidden = `${name[0]}${character}${name.slice(2)}`
  return [
    ...spellings,
    doubled,
    hidden,
    `${name}?write=true`,
    ...spellings.flatMap((spelling) => [`${spelling}/latest`, `${spelling}/1.0.0`]),
    ...spellings.map((spelling) => `${spelling}/-/${bare}-1.0.0.tgz`),
    `${unknownDid}/${name}/-/${bare}-1.0.0.tgz`,
    `-/package/${encodeURIComponent(name)}/dist-tags`,
    `-/package/${name}/visibility`,
  ].map((path) => `/${path}`)
}

let upstream: RecordingUpstream
let box: SupervisedBox
let alice: Developer
/** Manages acme.test. */
let dan: Administrator
beforeAll(async () => {
  upstream = await RecordingUpstream.start('tiny', '1.0.0')
  box = await startSupervisedBox({ settings, env: { ATOLL_UPSTREAM_URL: upstream.url } })
  alice = await Developer.signIn(box.gateway, 'alice')
  dan = new Administrator(box, await Developer.signIn(box.gateway, 'dan'))
})
afterAll(async () => {
  await box?.[Symbol.asyncDispose]()
  await upstream?.[Symbol.asyncDispose]()
})
beforeEach(() => {
  upstream.requests.length = 0
})

async function statusOf(path: string): Promise<number> {
  const answer = await alice.get(path)
  await answer.body?.cancel()
  return answer.status
}

describe('a name that could be the company’s', () => {
  it.each(privateNames)('%s is missing, and upstream never hears of it', async (name) => {
    for (const path of pathsOf(name)) expect([400, 404, 405], path).toContain(await statusOf(path))
    const search = await alice.get(`/-/v1/search?text=${encodeURIComponent(name)}`)
    expect(await search.json()).toMatchObject({ objects: [], total: 0 })
    expect(upstream.paths).toEqual([])
  })

  it('is not heard of upstream when it is published, or asked about by npm audit', async () => {
    for (const name of ['@other.test/y', '@inhouse/tool']) {
      expect((await alice.put(await packVersion({ name, version: '1.0.0' }))).status).toBe(403)
    }
    const bulk = await fetch(`${box.gateway}/-/npm/v1/security/advisories/bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'application/json' },
      body: '{"@acme.test/missing":["1.0.0"]}',
    })
    // Answered from what was imported here.
    expect([bulk.status, await bulk.json()]).toEqual([200, {}])
    expect(upstream.paths).toEqual([])
  })

  it('is not looked for elsewhere while the AppView hangs', async () => {
    await box.signal('appview', 'SIGSTOP')
    const fresh = privateNames.filter((name) => name.includes('/')).map((name) => `/${name}-never-asked`)
    const asking = Promise.all(fresh.map(statusOf))
    // The gateway is at it: it answers what needs no AppView.
    expect(await statusOf('/-/whoami')).toBe(200)
    expect(upstream.paths).toEqual([])
    await box.signal('appview', 'SIGCONT')
    for (const status of await asking) expect([404, 503]).toContain(status)
    expect(upstream.paths).toEqual([])
  })

  it('is not looked for elsewhere while the AppView dies and starts', async () => {
    const seen = new Set<number>()
    for (let death = 0; death < 2; death += 1) {
      await box.signal('appview', 'SIGKILL')
      let answered = 0
      for (let question = 0; answered < privateNames.length; question += 1) {
        const name = `${privateNames[question % privateNames.length]}-${death}-${question}`
        if (/^our-tool/i.test(name)) continue
        const status = await statusOf(`/${name.replace('/', '%2f')}`)
        seen.add(status)
        if (status === 404) answered += 1
        await pause(20)
      }
    }
    expect([...seen].sort()).toEqual([404, 503])
    expect(upstream.paths).toEqual([])
  })
})

describe('a name that was granted', () => {
  let npm: Npm
  beforeAll(async () => {
    npm = await Npm.create(join(box.folder, 'granted'), box.gateway)
    await npm.runInTerminal(npm.home, ['login', '--auth-type=web'], (url) => alice.person.confirmSignIn(url))
  })

  /** With stock npm, which waits while alice approves. */
  async function publishes(name: string): Promise<void> {
    const folder = await packageFolder({ name, version: '1.0.0' })
    expect(await npm.runInTerminal(folder, ['publish'], (url) => alice.person.approve(url))).toMatchObject({
      exitCode: 0,
    })
    await rm(folder, { recursive: true })
  }

  async function allows(name: string): Promise<void> {
    await dan.reads('permission', 'add', 'everyone', 'read', name)
    await dan.reads('permission', 'add', 'alice', 'publish', name)
  }

  it('is claimed, and then granted, by the command that names it', async () => {
    const claimed = await dan.runs('name', 'claim', 'our-tool')
    expect(claimed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('atoll name grant') })
    expect(await statusOf('/our-tool')).toBe(404)
    const names = { org: 'acme.test', name: 'our-tool', approvedBy: expect.stringMatching(/^did:plc:/) }
    expect(await dan.reads('name', 'list')).toEqual([{ ...names, state: 'claimed' }])
    // Nobody has to approve it again: this command goes on where the other ended.
    const granted = await box.atoll(['name', 'grant', 'our-tool', '--to', 'acme.test', '--json'])
    expect(granted.stderr).toBe('')
    const grant = { name: 'our-tool', org: 'acme.test', state: 'granted', uri: expect.stringContaining('/our-tool') }
    expect(JSON.parse(granted.stdout)).toMatchObject(grant)
    expect(await dan.reads('name', 'list')).toEqual([{ ...names, state: 'granted' }])
    expect(upstream.paths).toEqual([])
  })

  it('is granted in one go, and again without a change', async () => {
    const granted = await dan.reads('name', 'grant', '@acme/*', '--to', 'acme.test')
    expect(granted).toMatchObject({ name: '@acme/*', org: 'acme.test', state: 'granted' })
    expect(await dan.reads('name', 'grant', '@ACME/*', '--to', 'acme.test')).toEqual(granted)
    expect((await dan.runs('name', 'list')).stdout).toMatch(/^@acme\/\* +acme\.test +granted +dan\.people\.test$/m)
    expect(upstream.paths).toEqual([])
  })

  it('is published, installed and installed again from its lockfile, while upstream hears nothing', async () => {
    for (const name of ['@acme/*', 'our-tool']) await allows(name)
    await publishes('our-tool')
    await publishes('@acme/ui')
    const searched = await npm.run(npm.home, ['search', 'ui', '--json'])
    expect(searched).toMatchObject({ exitCode: 0, output: expect.stringContaining('"name":"@acme/ui"') })
    const listed = await npm.run(npm.home, ['search', 'scope:acme', '--parseable'])
    expect(listed.output).toMatch(/^@acme\/ui\t.*1\.0\.0/m)
    const project = join(npm.home, 'project')
    await mkdir(project)
    await writeFile(join(project, 'package.json'), '{"name":"project","version":"1.0.0","private":true}')
    expect(await npm.run(project, ['install', '@acme/ui', 'our-tool'])).toMatchObject({ exitCode: 0 })
    const { packages } = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved: string }>
    }
    const pinned = new RegExp(`^${box.gateway}/(did:plc:[a-z2-7]{24})/@acme/ui/-/ui-1\\.0\\.0\\.tgz$`)
    const did = pinned.exec(packages['node_modules/@acme/ui']?.resolved ?? '')?.[1]
    expect(did).toBeDefined()
    expect(packages['node_modules/our-tool']?.resolved).toBe(`${box.gateway}/${did}/our-tool/-/our-tool-1.0.0.tgz`)
    await rm(join(project, 'node_modules'), { recursive: true })
    await rm(join(npm.home, '.npm'), { recursive: true })
    expect(await npm.run(project, ['ci'])).toMatchObject({ exitCode: 0 })
    expect(upstream.paths).toEqual([])
  })

  it('is looked for nowhere else where there is no such package', async () => {
    for (const path of ['@acme/missing', '@ACME/Missing'].flatMap(pathsOf)) {
      expect([400, 404, 405], path).toContain(await statusOf(path))
    }
    expect(upstream.paths).toEqual([])
  })
})

describe('a public name', () => {
  it('reaches upstream once, with nothing of the person', async () => {
    const asked = ['/tiny', '/tiny', '/tiny/latest', '/tiny/-/tiny-1.0.0.tgz', '/tiny/-/tiny-1.0.0.tgz']
    const answers = await Promise.all(asked.map(statusOf))
    expect(answers).toEqual([200, 200, 200, 200, 200])
    expect(upstream.paths.sort()).toEqual(['/tiny', '/tiny/-/tiny-1.0.0.tgz'])
    const sent = JSON.stringify(upstream.requests.map(({ headers }) => headers))
    expect(sent).not.toContain(alice.token)
    for (const { headers } of upstream.requests) expect(Object.keys(headers)).not.toContain('authorization')
    for (const { headers } of upstream.requests) expect(Object.keys(headers)).not.toContain('cookie')
  })

  it('is not served under somebody’s DID', async () => {
    expect(await statusOf(`/${unknownDid}/tiny/-/tiny-1.0.0.tgz`)).toBe(404)
    expect(upstream.paths).toEqual([])
  })

  it('that upstream does not have is missing, and is not asked for again at once', async () => {
    expect(await statusOf('/no-such-package')).toBe(404)
    expect(await statusOf('/no-such-package')).toBe(404)
    expect(upstream.paths).toEqual(['/no-such-package'])
  })

  it('is installed by stock npm from what was kept, while upstream is down', async () => {
    await upstream[Symbol.asyncDispose]()
    const home = join(box.folder, 'home')
    const npm = await Npm.create(home, box.gateway)
    await npm.runInTerminal(home, ['login', '--auth-type=web'], (url) => alice.person.confirmSignIn(url))
    const project = join(home, 'project')
    await mkdir(project)
    await writeFile(join(project, 'package.json'), '{"name":"project","version":"1.0.0","private":true}')
    expect(await npm.run(project, ['install', 'tiny'])).toMatchObject({ exitCode: 0 })
    const lock = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved: string }>
    }
    expect(lock.packages['node_modules/tiny']?.resolved).toBe(`${box.gateway}/tiny/-/tiny-1.0.0.tgz`)
    await rm(join(home, '.npm'), { recursive: true })
    expect(await npm.run(project, ['ci'])).toMatchObject({ exitCode: 0 })
  })
})
