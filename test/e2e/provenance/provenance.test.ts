import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoPerson, type DemoPerson } from '#appliance/demo/person.ts'
import { Administrator } from '#test/support/administrator.ts'
import { Developer } from '#test/support/developer.ts'
import { Machine } from '#test/support/machine.ts'
import { packageFolder } from '#test/support/package-folder.ts'
import { claimsOf, releaseOnGithub, SigstoreInstance, slsa1 } from '#test/support/sigstore/index.ts'
import { TufMirror } from '#test/support/sigstore/tuf-mirror.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'

const name = '@acme.test/built'
const opened = new AsyncDisposableStack()

let sigstore: SigstoreInstance
let box: SupervisedBox
let person: DemoPerson
let machine: Machine
let environment: string
/** Manages acme.test. */
let dan: Administrator

beforeAll(async () => {
  sigstore = opened.use(await SigstoreInstance.start())
  const folder = await mkdtemp(join(tmpdir(), 'atoll-roots-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'trusted_root.json'), sigstore.trustedRoot)
  const settings = `provenance:\n  trustRoots: ['${join(folder, 'trusted_root.json')}']\n`
  box = opened.use(await startSupervisedBox({ settings }))
  person = createDemoPerson('alice')
  const alice = await Developer.signIn(box.gateway, 'alice', person)
  dan = new Administrator(box, await Developer.signIn(box.gateway, 'dan'))
  machine = await Machine.create({ registry: box.gateway, token: alice.token })
  const mirror = opened.use(await TufMirror.start(machine.home, sigstore.trustedRoot))
  environment = Object.entries(mirror.env)
    .map(([variable, value]) => `${variable}='${value}'`)
    .join(' ')
})
afterAll(() => opened.disposeAsync())

describe('stock npm', () => {
  it('publishes with a bundle from a file, and the approval page says where it was built', async () => {
    const folder = await packageFolder({ name, version: '1.0.0' })
    const packed = await machine.run(folder, 'npm pack --dry-run --json 2>/dev/null')
    const [{ integrity }] = JSON.parse(packed.output) as [{ integrity: string }]
    const statement = slsa1({ name, version: '1.0.0', integrity }, releaseOnGithub)
    const bundle = join(machine.home, 'bundle.json')
    await writeFile(bundle, await sigstore.sign(statement, claimsOf(releaseOnGithub)))
    const pages: string[] = []
    const publish = `${environment} npm publish --provenance-file '${bundle}'`
    const published = await machine.runInTerminal(folder, publish, async (url) => {
      pages.push(await person.reads(url))
      await person.approve(url)
    })
    expect(published.output).toContain(`+ ${name}@1.0.0`)
    expect(pages.join()).toContain('https://github.com/acme/hello (id 4711)')
  })

  it('verifies the registry’s signature and the provenance of what it installed', async () => {
    const project = await packageFolder({ name: 'consumer', version: '1.0.0' })
    await machine.run(project, `npm install ${name}`)
    const audit = await machine.run(project, `${environment} npm audit signatures`)
    expect(audit.output).toContain('1 package has a verified registry signature')
    expect(audit.output).toContain('1 package has a verified attestation')
    expect(audit.exitCode).toBe(0)
  })
})

describe('atoll source', () => {
  it('declares where a package is built, with the approval of who manages', async () => {
    expect((await dan.runs('source', 'show', name)).stdout).toContain('declares no source')
    const repository = ['--repository', 'https://github.com/acme/hello', '--repository-id', '4711', '--owner-id', '42']
    const set = await dan.runs('source', 'set', name, ...repository, '--ref', 'refs/heads/main', 'refs/tags/v*')
    expect(set).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Done: at://') })
    expect(await dan.reads('source', 'show', name)).toMatchObject({
      source: { issuer: 'https://token.actions.githubusercontent.com', refs: ['refs/heads/main', 'refs/tags/v*'] },
      approvedBy: 'dan.people.test',
    })
    expect((await dan.runs('source', 'clear', name)).exitCode).toBe(0)
    expect((await dan.runs('source', 'show', name)).stdout).toContain('declares no source')
  })
})
