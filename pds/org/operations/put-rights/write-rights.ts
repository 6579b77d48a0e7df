import { required } from '../context.ts'
import type { PutRightsContext } from './context.ts'

export async function writeRights({ caller, input, kind, op, operation, services }: PutRightsContext): Promise<void> {
  const by = required(caller, 'verifyCaller').did
  const write = { action: 'put' as const, ...kind.recordOf(operation.org, input) }
  await services.host.write(operation.org, [write], { by, procedure: kind.procedure, op })
}
