import { listPeople } from '#appliance/admin/index.ts'
import type { SeedContext } from './context.ts'

/** Alice and Bob sign in once, so that they have accounts that rights can be about. */
export async function signPeopleIn({ admin, signIn }: SeedContext): Promise<void> {
  const known = await listPeople(admin)
  for (const username of ['alice', 'bob']) {
    if (!known.some(({ handle }) => handle.startsWith(`${username}.`))) await signIn(username)
  }
}
