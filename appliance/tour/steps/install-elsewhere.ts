import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TourContext } from '../context.ts'
import { expectSuccess, expectThat } from '../expect.ts'
import { readVersion } from '../registry.ts'

export interface LockedPackage {
  version: string
  resolved: string
  integrity: string
}

/** An internal and a public package from one URL; the lockfile pins who published the internal one. */
export async function installElsewhere({
  alice,
  narrator,
  gateway,
  package: { name, version },
}: TourContext): Promise<void> {
  narrator.step(`alice installs ${name} and express in another project`)
  const folder = await alice.folder('project')
  await writeFile(join(folder, 'package.json'), '{"name":"project","version":"1.0.0","private":true}\n')
  expectSuccess('npm install', await alice.npm.run(folder, ['install', name, 'express']))

  const lockfile = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>
  }
  const locked = lockfile.packages[`node_modules/${name}`]
  const facts = await readVersion(gateway, (await alice.npm.token()) ?? '', name, version)
  expectThat(locked !== undefined, 'the lockfile holds the package')
  expectThat(locked.resolved.startsWith(`${gateway}/${facts.org}/`), 'the lockfile pins the DID of the publisher')
  expectThat(locked.integrity === facts.integrity, 'the lockfile pins the integrity of the signed record')
  expectThat(lockfile.packages['node_modules/express'] !== undefined, 'the public package is there too')
  narrator.says('The lockfile pins the publisher by DID, and the bytes by the integrity in the signed record:')
  narrator.fact('resolved', locked.resolved)
  narrator.fact('integrity', `${locked.integrity.slice(0, 40)}…`)
  narrator.says(`${Object.keys(lockfile.packages).length - 2} public packages came through the same URL.`)
}
