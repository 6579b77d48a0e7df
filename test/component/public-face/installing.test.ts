import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Npm } from '#appliance/tour/npm.ts'
import { FaceScene } from './face-scene.ts'

const pair = '@duo.test/pair'

let scene: FaceScene
let npm: Npm
let project: string
beforeAll(async () => {
  scene = await FaceScene.opens()
  await scene.starts()
  await scene.shows(pair, ['1.0.0'])
  npm = await Npm.create(join(scene.parts.folder, 'home'), scene.url)
  // As npm comes: it asks for advisories, too, and goes on without.
  await writeFile(join(npm.home, '.npmrc'), `registry=${scene.url}/\n`)
  project = join(scene.parts.folder, 'project')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{ "name": "project", "version": "1.0.0", "private": true }\n')
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const installed = () => readFile(join(project, 'node_modules', pair, 'index.js'), 'utf8')

it('lets a stranger install with stock npm, and the lockfile pins who published it', async () => {
  expect(await npm.run(project, ['install', pair])).toMatchObject({ exitCode: 0 })
  expect(await installed()).toContain(`${pair}@1.0.0`)
  const lock = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8'))
  const { did } = scene.network.account('duo.test')
  expect(lock.packages[`node_modules/${pair}`].resolved).toBe(`${scene.url}/${did}/${pair}/-/pair-1.0.0.tgz`)
})

it('installs from the lockfile alone', async () => {
  await rm(join(project, 'node_modules'), { recursive: true, force: true })
  await rm(join(npm.home, '.npm'), { recursive: true, force: true })
  expect(await npm.run(project, ['ci'])).toMatchObject({ exitCode: 0 })
  expect(await installed()).toContain(`${pair}@1.0.0`)
})

it('is looked at and searched with npm', async () => {
  const viewed = await npm.run(project, ['view', pair, 'version', 'dist.integrity', '--json'])
  expect(viewed).toMatchObject({ exitCode: 0, output: expect.stringContaining('"version": "1.0.0"') })
  const found = await npm.run(project, ['search', 'pair', '--json'])
  expect(found).toMatchObject({ exitCode: 0, output: expect.stringContaining(`"name":"${pair}"`) })
})

it('takes nothing, whatever npm has for a token', async () => {
  const folder = join(scene.parts.folder, 'evil')
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), `{ "name": "${pair}", "version": "6.6.6" }\n`)
  const { host } = new URL(scene.url)
  await writeFile(join(npm.home, '.npmrc'), `registry=${scene.url}/\n//${host}/:_authToken=anything\n`)
  const attempt = await npm.run(folder, ['publish', '--access=public'])
  expect(attempt).toMatchObject({ exitCode: 1, output: expect.stringContaining('read-only') })
  expect(await scene.versions(pair)).toEqual(['1.0.0'])
})

it('says nothing of packages of one party', async () => {
  expect(await npm.run(project, ['view', '@lib.test/colors'])).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining('E404'),
  })
})
