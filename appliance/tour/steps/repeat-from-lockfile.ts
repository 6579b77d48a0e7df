import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TourContext } from '../context.ts'
import { expectSuccess, expectThat } from '../expect.ts'

/** `npm ci` on a machine that has nothing cached gives the same bytes. */
export async function repeatFromLockfile({ alice, narrator, package: { name, version } }: TourContext): Promise<void> {
  narrator.step('npm ci repeats it from the lockfile')
  const folder = await alice.folder('project')
  await rm(join(alice.npm.home, '.npm'), { recursive: true, force: true })
  expectSuccess('npm ci', await alice.npm.run(folder, ['ci']))
  const installed = JSON.parse(await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string
  }
  expectThat(installed.version === version, `${name}@${version} is installed`)
  narrator.says(`${name}@${version} is there again, fetched by DID and checked against the lockfile.`)
}
