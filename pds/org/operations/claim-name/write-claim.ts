import { AtollError } from '#common/errors/index.ts'
import type { ClaimNameInput } from '#common/operations/index.ts'
import { type OperationContext, required } from '../context.ts'

/**
 * A claim is written once: the registry's grant names it by its CID, so another one in its place would be a name without
 * a grant.
 * @throws InvalidOperation when the name is claimed already, by another record
 */
export async function writeClaim(context: OperationContext<ClaimNameInput>): Promise<void> {
  const { caller, input, kind, op, operation, services } = context
  const by = required(caller, 'verifyCaller').did
  const write = { action: 'create' as const, ...kind.recordOf(operation.org, input) }
  try {
    await services.host.write(operation.org, [write], { by, procedure: kind.procedure, op })
  } catch (error) {
    if (!(error instanceof AtollError) || error.code !== 'RecordExists') throw error
    throw new AtollError('InvalidOperation', { reason: `${input.name} is claimed already` }, error)
  }
}
