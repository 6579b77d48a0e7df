import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TourContext } from '../context.ts'
import { expectRefusal } from '../expect.ts'

/** Versions are immutable, for their own author too. */
export async function refuseRepublish({ alice, narrator, package: { name, version } }: TourContext): Promise<void> {
  narrator.step(`alice publishes other bytes as ${name}@${version}`)
  const folder = await alice.folder('hello')
  await writeFile(join(folder, 'index.js'), "module.exports = () => 'something else'\n")
  const publish = await alice.npm.run(folder, ['publish'])
  narrator.fact('npm says', expectRefusal('npm publish', publish, /cannot publish over/i))
}
