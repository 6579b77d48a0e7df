import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Npm } from '#appliance/tour/npm.ts'
import { Administrator } from '#test/support/administrator.ts'
import { Developer } from '#test/support/developer.ts'
import { packageFolder } from '#test/support/package-folder.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'
import { RecordingUpstream } from './recording-upstream.ts'

let upstream: RecordingUpstream
let box: SupervisedBox
/** Publishes for both organisations, and manages other.test. */
let alice: Developer
let receiver: Administrator
/** Manages acme.test. */
let giver: Administrator
let npm: Npm
beforeAll(async () => {
  upstream = await RecordingUpstream.start('tiny', '1.0.0')
  box = await startSupervisedBox({ env: { ATOLL_UPSTREAM_URL: upstream.url } })
  alice = await Developer.signIn(box.gateway, 'alice')
  receiver = new Administrator(box, alice)
  giver = new Administrator(box, await Developer.signIn(box.gateway, 'dan'))
  await giver.reads('org', 'create', 'other.test', '--manager', 'alice.people.test')
  npm = await Npm.create(join(box.folder, 'npm'), box.gateway)
  await npm.runInTerminal(npm.home, ['login', '--auth-type=web'], (url) => alice.person.confirmSignIn(url))
})
afterAll(async () => {
  await box?.[Symbol.asyncDispose]()
  await upstream?.[Symbol.asyncDispose]()
})

async function allows(administrator: Administrator, org: string, name: string): Promise<void> {
  await administrator.reads('permission', 'add', 'everyone', 'read', name, '--org', org)
  await administrator.reads('permission', 'add', 'alice', 'publish', name, '--org', org)
}

async function publishes(name: string, version: string, text: string): Promise<void> {
  const folder = await packageFolder({ name, version, files: { 'index.js': text } })
  const published = await npm.runInTerminal(folder, ['publish'], (url) => alice.person.approve(url))
  expect(published).toMatchObject({ exitCode: 0 })
  await rm(folder, { recursive: true })
}

async function project(folder: string): Promise<string> {
  const path = join(npm.home, folder)
  await mkdir(path)
  await writeFile(join(path, 'package.json'), '{"name":"project","version":"1.0.0","private":true}')
  return path
}

async function statusOf(path: string): Promise<number> {
  const answer = await alice.get(path)
  await answer.body?.cancel()
  return answer.status
}

describe('a name whose owner hands it over, as event-stream’s did', () => {
  const name = 'event-stream'
  const installed = (folder: string) => readFile(join(folder, 'node_modules', name, 'index.js'), 'utf8')
  let old: string

  beforeAll(async () => {
    await giver.reads('name', 'grant', name, '--to', 'acme.test')
    await allows(giver, 'acme.test', name)
    await publishes(name, '3.3.5', 'the old owner’s')
    old = await project('old')
    expect(await npm.run(old, ['install', name])).toMatchObject({ exitCode: 0 })
  })

  it('stays with its owner until transfer, claim and change are there', async () => {
    const early = await receiver.runs('name', 'claim', name, '--org', 'other.test')
    expect(early).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('was granted to acme.test') })
    const given = await giver.runs('name', 'transfer', name, '--org', 'acme.test', '--to', 'other.test')
    expect(given).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('atoll name claim') })
    const claimed = await receiver.runs('name', 'claim', name, '--org', 'other.test')
    expect(claimed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`atoll name change '${name}'`) })
    const fresh = await project('before')
    expect(await npm.run(fresh, ['install', name])).toMatchObject({ exitCode: 0 })
    expect(await installed(fresh)).toBe('the old owner’s')
    await giver.reads('name', 'change', name, '--to', 'other.test')
    const claims = await giver.reads<{ org: string }[]>('name', 'show', name)
    expect(claims.toSorted((a, b) => a.org.localeCompare(b.org))).toMatchObject([
      { org: 'acme.test', state: 'transferred' },
      { org: 'other.test', state: 'granted' },
    ])
    await allows(receiver, 'other.test', name)
    await publishes(name, '3.3.6', 'the new owner’s')
  })

  it('gives old lockfiles the old bytes, and everybody else the new owner’s', async () => {
    await rm(join(old, 'node_modules'), { recursive: true })
    await rm(join(npm.home, '.npm'), { recursive: true })
    expect(await npm.run(old, ['ci'])).toMatchObject({ exitCode: 0 })
    expect(await installed(old)).toBe('the old owner’s')
    const fresh = await project('after')
    expect(await npm.run(fresh, ['install', name])).toMatchObject({ exitCode: 0 })
    expect(await installed(fresh)).toBe('the new owner’s')
    const locks = await Promise.all([old, fresh].map((folder) => readFile(join(folder, 'package-lock.json'), 'utf8')))
    const dids = locks.map((lock) => /"resolved": "[^"]*\/(did:plc:[a-z2-7]+)\/event-stream/.exec(lock)?.[1])
    expect(new Set(dids).size).toBe(2)
    const gone = await npm.run(await project('gone'), ['install', `${name}@3.3.5`])
    expect(gone.exitCode).not.toBe(0)
  })

  it('tells its history, and is nobody’s when it is released', async () => {
    const { entries } = await giver.reads<{ entries: { what: string; handle: string; toHandle?: string }[] }>(
      'name',
      'history',
      name,
    )
    expect(entries.map(({ what, handle, toHandle = '' }) => `${what} ${handle} ${toHandle}`.trim())).toEqual([
      'claimed acme.test',
      'granted acme.test',
      'transferred acme.test other.test',
      'claimed other.test',
      'changed acme.test other.test',
    ])
    const shown = await giver.runs('name', 'history', name)
    expect(shown.stdout).toMatch(/changed +acme\.test +other\.test/)
    await receiver.reads('name', 'release', name, '--org', 'other.test')
    expect(await statusOf(`/${name}`)).toBe(404)
  })
})

describe('a name that upstream has', () => {
  it('is given by two administrators, and is upstream’s until then', async () => {
    expect(await statusOf('/tiny')).toBe(200)
    expect(await giver.reads('name', 'claim', 'tiny', '--org', 'acme.test')).toMatchObject({ upstream: 'tiny' })
    const proposed = { name: 'tiny', state: 'proposed', upstream: 'tiny' }
    expect(await giver.reads('name', 'grant', 'tiny', '--to', 'acme.test')).toMatchObject(proposed)
    expect(await giver.reads('name', 'grant', 'tiny', '--to', 'acme.test')).toMatchObject(proposed)
    expect(await statusOf('/tiny')).toBe(200)
    const granted = await receiver.reads('name', 'grant', 'tiny', '--to', 'acme.test')
    expect(granted).toMatchObject({ name: 'tiny', org: 'acme.test', state: 'granted' })
    expect(await statusOf('/tiny')).toBe(404)
  })
})
