import { AtollError } from '#common/errors/index.ts'
import type { PdsContext } from '../embed/index.ts'

/** The way into a repository; whoever holds it can write. */
export type Transact = PdsContext['actorStore']['transact']

/**
 * Closes the embedded PDS's repositories to everything in it: its HTTP methods, its OAuth provider, its account manager.
 * All of them write through `transact` and `writeNoTransaction`, and none has a reason to.
 * @returns the only key
 */
export function gateWrites({ actorStore }: PdsContext): Transact {
  const transact = actorStore.transact.bind(actorStore)
  const refuse = async () => {
    throw new AtollError('WriteNotApproved')
  }
  actorStore.transact = refuse
  actorStore.writeNoTransaction = refuse
  return transact
}
