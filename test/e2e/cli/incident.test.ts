import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Developer, packVersion } from '#test/support/developer.ts'
import { Machine } from '#test/support/machine.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'
import { tinyServer } from '#test/support/tiny-server.ts'

const bad = '@acme.test/bad'

let hook: Awaited<ReturnType<typeof tinyServer>>
const told: { type: string; data: Record<string, string> }[] = []
let box: SupervisedBox
let alice: Developer
let machine: Machine
beforeAll(async () => {
  hook = await tinyServer(async (request, response) => {
    told.push(JSON.parse(await text(request)))
    response.end()
  })
  box = await startSupervisedBox({
    settings: `notify:\n  webhooks:\n    - { name: siem, url: "${hook.url}", secretEnv: SIEM_SECRET }\n`,
    env: { SIEM_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}` },
  })
  alice = await Developer.signIn(box.gateway, 'alice')
  machine = await Machine.create({ registry: box.gateway, token: alice.token })
})
afterAll(async () => {
  await box?.[Symbol.asyncDispose]()
  await hook?.[Symbol.asyncDispose]()
  if (machine !== undefined) await rm(machine.home, { recursive: true, force: true })
})

interface BlastRadius {
  totals: Record<string, number>
  downloads: { version: string; handle: string; client: string; command: string; address: string }[]
}

async function whoHas(...args: string[]): Promise<BlastRadius> {
  const { exitCode, stdout, stderr } = await box.atoll(['who-has', ...args, '--json'])
  expect([exitCode, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as BlastRadius
}

describe('a package that turns out to be bad', () => {
  it('is told of with who has it, and by what, as npm itself says', async () => {
    const packed = await packVersion({ name: bad, version: '1.0.0' })
    const asked = await alice.put(packed)
    expect((await alice.put(packed, await alice.approve(asked.body))).status).toBe(201)
    expect((await whoHas(bad)).downloads).toEqual([])
    const project = join(machine.home, 'project')
    await mkdir(project)
    expect(await machine.run(project, `npm init -y && npm install ${bad}`)).toMatchObject({ exitCode: 0 })
    const { totals, downloads } = await whoHas(`${bad}@^1.0.0`)
    expect(totals).toMatchObject({ downloads: 1, accounts: 1, tokens: 1, addresses: 1 })
    expect(downloads).toMatchObject([
      { version: '1.0.0', handle: 'alice.people.test', client: expect.stringMatching(/^npm\/\d+/), command: 'install' },
    ])
  })

  it('was told to those who are to be told, and the command says so', async () => {
    await expect
      .poll(() => told.map(({ type, data }) => [type, data['name']]))
      .toContainEqual(['version.published', bad])
    const tested = await box.atoll(['notify', 'test'])
    expect(tested).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^msg_\S+ +test +webhook +siem +sent/m) })
    expect(told.map(({ type }) => type)).toContain('test')
    expect(await box.atoll(['notify', 'dead'])).toMatchObject({ exitCode: 0, stdout: 'No message was given up.\n' })
    expect(await box.atoll(['notify', 'retry', 'msg_none'])).toMatchObject({
      ...{ exitCode: 1, stderr: expect.stringContaining('No message msg_none was given up') },
    })
  })
})
