import { sql } from '#common/db/index.ts'
import { network, type Tx } from '../schema/index.ts'
import { type NewNotice, noticeId } from './notice.ts'

/** Postgres channel on which the one who sends hears that there is something to send. */
export const noticesChannel = 'appview_notices'

/** Has something told, when the transaction that makes it true commits; saying it again changes nothing. */
export async function putNotice(tx: Tx, notice: NewNotice): Promise<void> {
  const { type, data, readers = null, at } = notice
  const said = { data: JSON.stringify(data), readers: readers && [...readers] }
  const row = { id: noticeId(notice), network, type, ...said, at, told: false } as const
  await tx
    .insertInto('notice')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await sql`SELECT pg_notify(${noticesChannel}, '')`.execute(tx)
}
