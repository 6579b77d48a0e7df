import type { TourContext, Traveller } from '../context.ts'
import { expectSuccess, expectThat } from '../expect.ts'

/** alice signs in with stock npm: identity provider, second factor, a page that says who asks, a click. */
export async function signIn({ alice, narrator }: TourContext): Promise<void> {
  narrator.step('alice signs in')
  const handle = await signInAs(alice)
  expectThat(handle.startsWith('alice.'), 'npm whoami says the handle of alice')
  narrator.says(
    'npm login opened a page of the people PDS; password and second factor went to the identity provider only.',
  )
  narrator.fact('whoami', handle)
}

/** @returns the handle that `npm whoami` says */
export async function signInAs({ npm, person, folder }: Traveller): Promise<string> {
  const home = await folder('home')
  expectSuccess(
    'npm login',
    await npm.runInTerminal(home, ['login', '--auth-type=web'], (url) => person.confirmSignIn(url)),
  )
  const whoami = await npm.run(home, ['whoami'])
  expectSuccess('npm whoami', whoami)
  return whoami.output.trim()
}
