import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createDemoPerson } from '#appliance/demo/person.ts'
import { Npm, type NpmResult } from '#appliance/tour/npm.ts'
import { guideCommands } from '#test/support/guide-commands.ts'
import { linksIn, Machine } from '#test/support/machine.ts'
import { writeMonorepo } from '#test/support/monorepo.ts'
import { packageFolder } from '#test/support/package-folder.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'
import { readmeCommands } from './readme-commands.ts'

const repository = join(import.meta.dirname, '../../..')
const readmeGateway = 'http://localhost:4873'

const alice = createDemoPerson('alice')
let box: SupervisedBox
let npm: Npm
afterAll(() => box?.[Symbol.asyncDispose]())

/** A README's command as somebody types it, but at the address of this box. */
function wordsOf(command: string): string[] {
  return command.replace(readmeGateway, box.gateway).split(' ').slice(1)
}

/** `npm run …` in the clone, with the box of this test as the one that is there. */
function runScript(command: string): Promise<NpmResult> {
  const child = spawn('npm', wordsOf(command), { cwd: repository, env: box.env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ exitCode: code ?? 1, output })))
}

async function project(): Promise<string> {
  const folder = join(npm.home, 'project')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"name":"project","version":"1.0.0","private":true}')
  return folder
}

/** What each command of the README does. One that is not here has nobody who tries it. */
const acts: Record<string, (command: string) => Promise<void>> = {
  'npm start': async () => {
    box = await startSupervisedBox({ by: 'npm' })
    // A machine whose npm never heard of the box.
    npm = await Npm.create(join(box.folder, 'home'), 'http://127.0.0.1:1')
    expect(box.output()).toContain('✓ demo: organisation acme.test')
    expect(box.output()).toContain(`npm login --registry ${box.gateway}`)
  },
  'npm run tour': async (command) => {
    const { exitCode, output } = await runScript(command)
    expect(output).toContain('steps did what they say')
    expect(exitCode).toBe(0)
  },
  'npm login --registry http://localhost:4873': async (command) => {
    const login = await npm.runInTerminal(npm.home, wordsOf(command), (url) => alice.confirmSignIn(url))
    expect(login).toMatchObject({ exitCode: 0 })
  },
  'npm whoami --registry http://localhost:4873': async (command) => {
    expect(await npm.run(npm.home, wordsOf(command))).toEqual({ exitCode: 0, output: 'alice.people.test\n' })
  },
  'npm publish --registry http://localhost:4873': async (command) => {
    const folder = await packageFolder({ name: '@acme.test/hello', version: '5.0.0' })
    const publish = await npm.runInTerminal(folder, wordsOf(command), (url) => alice.approve(url))
    expect(publish.output).toContain('+ @acme.test/hello@5.0.0')
    expect(publish.exitCode).toBe(0)
  },
  'npm install @acme.test/hello express --registry http://localhost:4873': async (command) => {
    const folder = await project()
    expect(await npm.run(folder, wordsOf(command))).toMatchObject({ exitCode: 0 })
    const lockfile = await readFile(join(folder, 'package-lock.json'), 'utf8')
    expect(lockfile).toMatch(
      /"resolved": "http:\/\/localhost:\d+\/did:plc:[a-z2-7]{24}\/@acme.test\/hello\/-\/hello-5.0.0.tgz"/,
    )
    expect(lockfile).toContain(`"resolved": "${box.gateway}/express/-/express-`)
  },
  'npm ci --registry http://localhost:4873': async (command) => {
    const folder = join(npm.home, 'project')
    expect(await npm.run(folder, wordsOf(command))).toMatchObject({ exitCode: 0 })
    expect(await readFile(join(folder, 'node_modules/@acme.test/hello/index.js'), 'utf8')).toContain('5.0.0')
  },
  'npm run atoll -- status': async (command) => {
    const { exitCode, output } = await runScript(command)
    expect(output).toMatch(/^gateway +up/m)
    expect(exitCode).toBe(0)
  },
  'npm run atoll -- team list --org acme.test': async (command) => {
    expect((await runScript(command)).output).toMatch(/^maintainers +alice\.people\.test/m)
  },
  'npm run atoll -- permission list --org acme.test': async (command) => {
    expect((await runScript(command)).output).toMatch(/allow +team:maintainers +publish +@acme\.test\/\*/)
  },
}

const commands = await readmeCommands()

describe('the README', () => {
  it('has no command that nobody tries', () => {
    expect(commands).toEqual(Object.keys(acts))
  })

  it.each(commands)('%s', (command) => acts[command]?.(command), 180_000)
})

describe('what else npm does', () => {
  const registry = () => ['--registry', box.gateway]

  it('shows a package, and says of one that is not there that it is not', async () => {
    const view = await npm.run(npm.home, [
      'view',
      '@acme.test/hello',
      'version',
      'dist.integrity',
      '--json',
      ...registry(),
    ])
    expect(JSON.parse(view.output)).toMatchObject({
      version: '5.0.0',
      'dist.integrity': expect.stringMatching(/^sha512-/),
    })
    const missing = await npm.run(npm.home, ['view', '@acme.test/missing', ...registry()])
    expect(missing.exitCode).toBe(1)
    expect(missing.output).toContain('E404')
  })

  it('downloads a version, and a ping', async () => {
    const pack = await npm.run(npm.home, ['pack', '@acme.test/hello@5.0.0', ...registry()])
    expect(pack.output).toContain('acme.test-hello-5.0.0.tgz')
    expect(await npm.run(npm.home, ['ping', ...registry()])).toMatchObject({ exitCode: 0 })
  })

  it('says clearly what is not there yet', async () => {
    const stars = await npm.run(npm.home, ['stars', 'alice', ...registry()])
    expect(stars.exitCode).toBe(1)
    expect(stars.output).toContain('is not supported here yet')
  })

  it('publishes a small monorepo with one approval, as its guide says', async () => {
    const machine = await Machine.create({ registry: box.gateway, token: (await npm.token()) ?? '' })
    const folder = join(machine.home, 'monorepo')
    const names = await writeMonorepo({ folder, prefix: 'part', size: 3, registry: box.gateway })
    const [ask = '', publish = ''] = (await guideCommands('monorepos.md'))['npm together'] ?? []
    const asked = await machine.run(folder, ask)
    const [link] = linksIn(asked.output)
    if (link === undefined) return expect.fail(asked.output)
    const before = alice.secondFactors()
    const code = await alice.approveWaiting(new URL('/approvals', link).href)
    const { exitCode, output } = await machine.run(folder, publish.replace('CODE', code))
    if (exitCode !== 0) return expect.fail(output)
    expect(alice.secondFactors() - before).toBe(1)
    for (const name of names) {
      const view = await npm.run(npm.home, ['view', name, 'version', ...registry()])
      expect(view).toEqual({ exitCode: 0, output: '1.0.0\n' })
    }
  }, 120_000)

  it('logs out: the token is gone here and worth nothing there', async () => {
    const token = await npm.token()
    expect(await npm.run(npm.home, ['logout', ...registry()])).toMatchObject({ exitCode: 0 })
    expect(await npm.token()).toBeUndefined()
    expect(await npm.run(npm.home, ['whoami', ...registry()])).toMatchObject({ exitCode: 1 })
    const answer = await fetch(`${box.gateway}/-/whoami`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(401)
  })

  it('ends on Ctrl-C, with everything it started', async () => {
    expect(await box.interrupt()).toBeLessThan(5_000)
    await expect(fetch(`${box.gateway}/-/ping`)).rejects.toThrow()
  })
})
