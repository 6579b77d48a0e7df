import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { handleOf } from '#common/identity/index.ts'
import { app } from '#lexicons'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'

/**
 * What somebody means by a name, and by whose rights they may decide about it: the owner's, of packages of upstream those of an
 * organisation of theirs.
 * @param by DID of that organisation, where they say it
 * @throws NotFound
 */
export async function findAbout({ peers }: GatewayContext, { did }: Session, about: string, by: DidString | undefined) {
  const params = { about, viewer: did as DidString, ...(by === undefined ? {} : { org: by }) }
  return peers.appview.call(app.npm.registry.findLabelled, { params })
}

/**
 * That organisation, as it is checked and named.
 * @param does what is refused when nobody said which: "label", "purge"
 * @throws InvalidRequest
 */
export async function deciderOf({ identities }: GatewayContext, did: DidString | undefined, does: string) {
  if (did === undefined) {
    throw new AtollError('InvalidRequest', { reason: `say by the rights of which organisation you ${does} it` })
  }
  return { did, handle: await handleOf(identities, did) }
}
