import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoPerson } from '#appliance/demo/person.ts'
import { networkSchema } from '#common/config/index.ts'
import { Developer } from '#test/support/developer.ts'
import { guideCommands } from '#test/support/guide-commands.ts'
import { Machine } from '#test/support/machine.ts'
import { writeMonorepo } from '#test/support/monorepo.ts'
import { startSupervisedBox } from '#test/support/supervised-box.ts'
import { installPrograms } from './install-programs.ts'

const size = 40
const commands = await guideCommands('monorepos.md')

let programs: string
beforeAll(async () => {
  programs = await installPrograms('pnpm@12', '@changesets/cli@3')
})

/** A box by this policy, and somebody who has a token there. */
async function work(settings: string) {
  const box = await startSupervisedBox({ settings })
  const person = createDemoPerson('alice')
  const alice = await Developer.signIn(box.gateway, 'alice', person)
  const machine = await Machine.create({ registry: box.gateway, token: alice.token, programs })
  return { box, person, alice, machine }
}

type Work = Awaited<ReturnType<typeof work>>

/** A clone of a repository whose release is due. */
async function monorepo({ box, machine }: Work, client: string) {
  const folder = join(machine.home, client)
  const names = await writeMonorepo({ folder, prefix: client, size, registry: box.gateway, pnpm: client === 'pnpm' })
  const commit = 'git init -q -b main && git add . && git -c user.name=a -c user.email=a@acme.test commit -qm Release'
  expect(await machine.run(folder, commit)).toMatchObject({ exitCode: 0 })
  return { folder, names }
}

/** Those of the packages that can be installed. */
async function published({ alice }: Work, names: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(names.map((name) => alice.get(`/${name.replace('/', '%2f')}`)))
  return names.filter((_, at) => answers[at]?.status === 200)
}

/** The page that lists what waits. */
async function approvalsOf({ box }: Work): Promise<string> {
  const network = JSON.parse(await readFile(join(box.dataDir, 'run', 'network.json'), 'utf8'))
  return new URL('/approvals', networkSchema.parse(network).publicUrls.people).href
}

function linesOf(block: string): string[] {
  const lines = commands[block]
  if (lines === undefined) throw new Error(`docs/monorepos.md has no "${block}"`)
  return lines
}

const clients = ['npm', 'pnpm', 'changesets']

describe('a monorepo of 40 packages, one after the other, where a second factor counts for five minutes', () => {
  let at: Work
  beforeAll(async () => {
    at = await work('approvals: { maxAgeSeconds: 300 }\n')
  })
  afterAll(() => at?.box[Symbol.asyncDispose]())

  it.each(clients)('takes one second factor with %s', async (client) => {
    const { folder, names } = await monorepo(at, client)
    const [line = ''] = linesOf(`${client} one-by-one`)
    // A browser that was never here: its sign-in is the one second factor.
    const person = createDemoPerson('alice')
    const { exitCode, output } = await at.machine.runInTerminal(folder, line, (url) => person.approve(url))
    if (exitCode !== 0) return expect.fail(output)
    expect(await published(at, names)).toEqual(names)
    expect(person.secondFactors()).toBe(1)
  })
})

describe('a monorepo of 40 packages, together, where every approval takes a second factor', () => {
  let at: Work
  beforeAll(async () => {
    at = await work('')
  })
  afterAll(() => at?.box[Symbol.asyncDispose]())

  it.each(clients)('takes one second factor and one click with %s', async (client) => {
    const { folder, names } = await monorepo(at, client)
    const [ask = '', publish = ''] = linesOf(`${client} together`)
    const asked = await at.machine.run(folder, ask)
    expect(await published(at, names)).toEqual([])
    const { person } = at
    const before = person.secondFactors()
    const code = await person
      .approveWaiting(await approvalsOf(at))
      .catch((error: Error) => expect.fail(`${error.message}\n${asked.output}`))
    const { exitCode, output } = await at.machine.run(folder, publish.replace('CODE', code))
    if (exitCode !== 0) return expect.fail(output)
    expect(await published(at, names)).toEqual(names)
    expect(person.secondFactors() - before).toBe(1)
  })
})
