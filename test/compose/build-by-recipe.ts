import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDocument } from '#test/support/documents.ts'
import { Machine } from '#test/support/machine.ts'
import type { Engine } from './engine/engine.ts'

const packageName = '@acme.test/hello'
const documentedImage = 'node:24-bookworm-slim'

interface Surroundings {
  gateway: string
  token: string
  /** Node's image where it can be fetched, else what stands in for it. */
  nodeImage: string
}

/**
 * What docs/ci.md says about Docker builds, done for a project that needs a private package.
 * @returns the image
 */
export async function buildByRecipe(engine: Engine, { gateway, token, nodeImage }: Surroundings): Promise<string> {
  const { blocks } = await readDocument('docs/ci.md')
  const recipe = blocks.find(({ language }) => language === 'dockerfile')?.text ?? ''
  const commands = blocks.find(({ text }) => text.includes('docker build'))?.text ?? ''
  const project = await mkdtemp(join(tmpdir(), 'atoll-image-'))
  const image = `atoll-recipe-${randomBytes(4).toString('hex')}`
  try {
    await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', private: true }))
    await writeFile(join(project, 'index.js'), `console.log('Hello', require('${packageName}/package.json').name)\n`)
    // Its first line names a frontend that would be fetched; engines have one of their own that knows secrets, too.
    const dockerfile = recipe.replace(/^# syntax=.*\n/, '').replaceAll(`FROM ${documentedImage}`, `FROM ${nodeImage}`)
    await writeFile(join(project, 'Dockerfile'), dockerfile)
    const machine = await Machine.create({ registry: gateway, token })
    const installed = await machine.run(project, `npm install ${packageName} --ignore-scripts`)
    if (installed.exitCode !== 0) throw new Error(installed.output)
    await rm(join(project, 'node_modules'), { recursive: true })
    // The gateway of this test is on this machine's loopback.
    const script = commands
      .replace('docker build', 'docker build --network host')
      .replace('--tag app', `--tag ${image}`)
    await engine.shell(script, { cwd: project, env: { REGISTRY: gateway, NPM_TOKEN: token } })
  } finally {
    await rm(project, { recursive: true, force: true })
  }
  return image
}
