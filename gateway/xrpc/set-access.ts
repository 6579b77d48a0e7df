import type { app } from '#lexicons'
import type { GatewayContext } from '../context.ts'

type Decision = app.npm.gateway.setAccess.$InputBody

/**
 * A person was disabled, or enabled again: their tokens die in every replica, and what they have waiting is gone. The people PDS
 * says it until it is answered, so each step can be repeated.
 */
export async function setAccess(
  gateway: GatewayContext,
  decision: Decision,
): Promise<app.npm.gateway.setAccess.$OutputBody> {
  const { tokens, ceremony } = gateway
  const { did, disabled, by } = decision
  if (!disabled) return { tokens: await letBackIn(gateway, decision) }
  await note(gateway, decision)
  const ended = await tokens.revokeAllOf(did, by)
  await ceremony.abandonAllOf(did)
  return { tokens: ended }
}

/** A token that was being made when they were disabled goes first: it must not wake up. */
async function letBackIn(gateway: GatewayContext, decision: Decision): Promise<number> {
  const { did, by } = decision
  const { db } = gateway.database
  const noted = await db.selectFrom('disabled_person').select('did').where('did', '=', did).executeTakeFirst()
  if (noted === undefined) return 0
  const ended = await gateway.tokens.revokeAllOf(did, by)
  await note(gateway, decision)
  return ended
}

/** Once for each decision, with its line in the audit log. */
async function note({ database: { db }, audit, clock }: GatewayContext, decision: Decision): Promise<void> {
  const { did, disabled, reason, by } = decision
  await db.transaction().execute(async (transaction) => {
    const changed = disabled
      ? await transaction
          .insertInto('disabled_person')
          .values({ did, since: new Date(clock.now()) })
          .onConflict((conflict) => conflict.doNothing())
          .returning('did')
          .executeTakeFirst()
      : await transaction.deleteFrom('disabled_person').where('did', '=', did).returning('did').executeTakeFirst()
    if (changed === undefined) return
    const action = disabled ? 'person.disabled' : 'person.enabled'
    await audit.append({ actor: by, action, subject: did, details: { reason } }, transaction)
  })
}
