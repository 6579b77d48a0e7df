import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssri from 'ssri'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Npm } from '#appliance/tour/npm.ts'
import { PublicPackages } from '#test/component/cross-publish/public-package.ts'
import { startVerdaccio, type Verdaccio } from './verdaccio.ts'

const name = '@acme.test/ui'

const opened = new AsyncDisposableStack()
let box: PublicPackages
let verdaccio: Verdaccio

beforeAll(async () => {
  verdaccio = opened.use(await startVerdaccio())
  box = opened.use(await PublicPackages.opens())
  await box.restarts(verdaccio.url, verdaccio.token)
})
afterAll(() => opened[Symbol.asyncDispose]())

interface Packument {
  'dist-tags': Record<string, string>
  versions: Record<string, { dist: { integrity: string; shasum: string; tarball: string } }>
}

async function there(): Promise<Packument> {
  return (await (await fetch(`${verdaccio.url}/${name.replace('/', '%2f')}`)).json()) as Packument
}

it('puts the same bytes into a real registry, and npm installs them from there', async () => {
  await box.publishes(`${name}@1.0.0`)
  await box.publishes(`${name}@2.0.0-rc.1`, { tag: 'next' })
  const id = await box.promotes(name, ['1.0.0', '2.0.0-rc.1'])
  await box.step(id)
  expect((await box.promotion(id)).state).toBe('crossPublished')
  const { versions, 'dist-tags': tags } = await there()
  expect(tags).toEqual({ latest: '1.0.0', next: '2.0.0-rc.1' })
  const { integrity, shasum } = await box.version(name, '1.0.0')
  expect(versions['1.0.0']?.dist).toMatchObject({ integrity, shasum })
  const bytes = Buffer.from(await (await fetch(versions['1.0.0']?.dist.tarball ?? '')).arrayBuffer())
  expect(ssri.checkData(bytes, integrity)).not.toBe(false)

  const home = await mkdtemp(join(tmpdir(), 'atoll-stranger-'))
  const npm = await Npm.create(home, verdaccio.url)
  const project = join(home, 'project')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{ "name": "project", "version": "1.0.0", "private": true }\n')
  expect(await npm.run(project, ['install', name])).toMatchObject({ exitCode: 0 })
  expect(await readFile(join(project, 'package-lock.json'), 'utf8')).toContain(integrity)
})

it('finds there what it sent before, and sends nothing twice', async () => {
  const again = await box.promotes(name, ['1.0.0'])
  await box.step(again)
  expect((await box.promotion(again)).state).toBe('crossPublished')
})

it('is told by it that a token does not count', async () => {
  await box.publishes(`${name}@1.1.0`)
  const id = await box.promotes(name, ['1.1.0'])
  await box.restarts(verdaccio.url, 'nobody')
  await expect(box.step(id)).rejects.toThrow(/it answers 40[13]/)
  await box.restarts(verdaccio.url, verdaccio.token)
  await box.step(id)
  expect((await there())['dist-tags']).toMatchObject({ latest: '1.1.0' })
})
