import { network, type Tx } from '../schema/index.ts'
import { renderAffected, type TakenUp } from './affected.ts'

const pageSize = 500

/** Remembers when labels end, for `expireLabels`. */
export async function rememberExpiries(tx: Tx, labels: readonly TakenUp[]): Promise<void> {
  for (const { subject, exp } of labels) {
    if (exp === undefined) continue
    await tx
      .insertInto('label_expiry')
      .values({ network, subject, expires_at: new Date(exp) })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** Has decided again what labels were about that have ended meanwhile. @returns how many subjects that were */
export async function expireLabels(tx: Tx, now: Date): Promise<number> {
  const ended = await tx
    .deleteFrom('label_expiry')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('network', 'subject', 'expires_at'),
        'in',
        selectFrom('label_expiry')
          .where('network', '=', network)
          .where('expires_at', '<=', now)
          .limit(pageSize)
          .select(['network', 'subject', 'expires_at'])
          .$asTuple('network', 'subject', 'expires_at'),
      ),
    )
    .returning('subject')
    .execute()
  await renderAffected(tx, ended, now)
  return ended.length
}
