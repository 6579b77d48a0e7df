import type { OperationInput } from '#common/operations/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import type { OperationContext } from './context.ts'

/** Everything that an operation without a tarball writes. @throws InvalidOperation when it is not what the input names */
export function recordsOf({ kind, input, operation: { org } }: OperationContext<OperationInput>): BuiltRecord[] {
  return [kind.recordOf(org, input), ...kind.furtherRecordsOf(org, input)]
}
