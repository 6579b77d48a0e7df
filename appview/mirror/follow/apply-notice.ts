import type { AccountEvent, IdentityEvent } from '#common/sync/index.ts'
import type { MirrorContext } from '../context.ts'
import { markBehind, setActive } from '../repos.ts'

/** Something about the identity changed. What, only its operation log says, which is read together with the repository. */
export async function applyIdentity(context: MirrorContext, { did }: IdentityEvent): Promise<void> {
  context.identities.forget(did)
  await markBehind(context.db, did)
  context.onWaiting()
}

/**
 * An account was taken down, or is back. Nobody signs this: a broken relay could withhold by it, and make nothing up. What is gone is not
 * deleted here; it is told as gone, and lockfiles go on working with what is kept.
 */
export async function applyAccount(context: MirrorContext, { did, active }: AccountEvent): Promise<void> {
  await setActive(context.db, did, active)
  if (active) context.onWaiting()
}
