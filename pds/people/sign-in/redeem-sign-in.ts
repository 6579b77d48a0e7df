import { AtollError } from '#common/errors/index.ts'
import { signServiceToken } from '#common/service-auth/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import { hashSecret } from '../state/index.ts'

/**
 * Gives the gateway the person's word that it may issue them a token, once.
 * @throws SignInRefused; ExpiredHandle when it was redeemed, has expired, or never was
 */
export async function redeemSignIn(
  context: PeopleContext,
  id: string,
): Promise<app.npm.operation.redeemSignIn.$OutputBody> {
  const { db, clock, host, config, log } = context
  const now = new Date(clock.now())
  const open = await db
    .selectFrom('sign_in')
    .leftJoin('person', 'person.did', 'sign_in.confirmed_by')
    .select(['confirmed_by', 'refused_at'])
    // Confirmed while its person was being disabled.
    .where('person.disabled_at', 'is', null)
    .where('id_hash', '=', hashSecret(id))
    .where('expires_at', '>', now)
    .where('redeemed_at', 'is', null)
    .executeTakeFirst()
  if (open === undefined) throw new AtollError('ExpiredHandle')
  if (open.refused_at !== null) throw new AtollError('SignInRefused')
  if (open.confirmed_by === null) return { state: 'pending' }
  const redeemed = await db
    .updateTable('sign_in')
    .set({ redeemed_at: now })
    .where('id_hash', '=', hashSecret(id))
    .where('redeemed_at', 'is', null)
    .where('refused_at', 'is', null)
    .executeTakeFirst()
  if (redeemed.numUpdatedRows === 0n) throw new AtollError('ExpiredHandle')
  const did = open.confirmed_by
  log.info({ did }, 'sign-in redeemed')
  const audience = config.network.peers.gateway.did
  const method = app.npm.gateway.login.main.nsid
  const token = await signServiceToken(await host.signerFor(did), { issuer: did, audience, method })
  return { state: 'confirmed', token }
}
