import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TourContext } from '../context.ts'
import { expectRefusal, expectThat } from '../expect.ts'
import { signInAs } from './sign-in.ts'

/** bob may read and install, not publish: he hears which permission is missing, and before anything is stored. */
export async function refuseBob({ bob, narrator, package: { name } }: TourContext): Promise<void> {
  narrator.step('bob, who may not, tries to publish')
  const handle = await signInAs(bob)
  expectThat(handle.startsWith('bob.'), 'npm whoami says the handle of bob')
  const folder = await bob.folder('hello')
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ name, version: '99.0.0', license: 'MIT' })}\n`)
  const publish = await bob.npm.runInTerminal(folder, ['publish'], async () => {
    throw new Error('bob was asked to approve, but should have been refused at once')
  })
  narrator.fact('npm says', expectRefusal('npm publish', publish, /403.*permission/))
}
