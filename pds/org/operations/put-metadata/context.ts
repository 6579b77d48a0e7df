import type { PutTagInput } from '#common/operations/index.ts'
import type { OperationContext } from '../context.ts'

export type PutMetadataContext = OperationContext<PutTagInput>
