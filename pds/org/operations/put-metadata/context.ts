import type { DeprecateInput, PutTagInput, RetireInput } from '#common/operations/index.ts'
import type { OperationContext } from '../context.ts'

export type PutMetadataContext = OperationContext<PutTagInput | DeprecateInput | RetireInput>

/** The versions it is about. */
export function versionsOf({ input }: Pick<PutMetadataContext, 'input'>): readonly string[] {
  return 'versions' in input ? input.versions : [input.version]
}
