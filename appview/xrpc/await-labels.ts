import { parseSubject } from '#common/labels/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type Db, network } from '../schema/index.ts'
import { readers, type XrpcContext } from './context.ts'
import { waitFor } from './wait-for.ts'

const defaultTimeoutMs = 5_000

/** Answers when what was approved is in the ledger, and what it is about was decided again; or the time is over. */
export function awaitLabels(context: XrpcContext): void {
  method(context.server, app.npm.registry.awaitLabels, {
    auth: context.authorize(readers),
    handler: ({ params: { op, timeoutMs = defaultTimeoutMs } }) =>
      waitFor(context.updates, timeoutMs, async () => {
        const subject = await subjectOfAct(context.db, op)
        const effective = subject !== undefined && !(await isDue(context, subject))
        return { answer: { indexed: subject !== undefined, effective }, final: effective }
      }),
  })
}

async function subjectOfAct(db: Db, act: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('ledger_label_act')
    .where('network', '=', network)
    .where('act', '=', act)
    .select('input')
    .executeTakeFirst()
  return row?.input.subject
}

/** Of an account's packages any that is due is one of them, as far as anybody knows. */
async function isDue({ db, clock }: XrpcContext, uri: string): Promise<boolean> {
  const subject = parseSubject(uri)
  const query = db
    .selectFrom('render_due')
    .where('network', '=', network)
    .where('due_at', '<=', new Date(clock.now()))
    .select('name')
  const name = subject?.kind === 'account' ? undefined : subject?.name
  const due = await (name === undefined
    ? query
    : query.where(({ fn }) => fn<string>('lower', ['name']), '=', name)
  ).executeTakeFirst()
  return due !== undefined
}
