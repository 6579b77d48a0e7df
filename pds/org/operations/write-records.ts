import { type OperationContext, required } from './context.ts'
import { recordsOf } from './records-of.ts'

/** One commit, so that nobody sees one without the others. */
export async function writeRecords(context: OperationContext): Promise<void> {
  const { caller, kind, op, operation, services } = context
  const by = required(caller, 'verifyCaller').did
  const writes = recordsOf(context).map((record) => ({ action: 'put' as const, ...record }))
  await services.host.write(operation.org, writes, { by, procedure: kind.procedure, op })
}
