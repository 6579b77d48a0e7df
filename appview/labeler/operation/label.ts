import { writeAlone } from '../../ingest/write-alone.ts'
import { carryOut } from '../carry-out.ts'
import { type LabelingContext, required } from './context.ts'

/** What the person saw is done as a whole or not at all. */
export async function label(context: LabelingContext): Promise<void> {
  const { appview, services, op, operation, input, caller } = context
  const { did: by } = required(caller, 'verifyCaller')
  const act = { act: Buffer.from(op).toString('hex'), org: operation.org, by, input }
  context.labels = await writeAlone(appview.db, (tx) => carryOut(tx, services.labeler, act, appview.clock.now()))
  if (input.range !== undefined) void services.rules.look(input.subject)
}
