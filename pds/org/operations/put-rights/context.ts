import type { PutPermissionInput, PutTeamInput } from '#common/operations/index.ts'
import type { OperationContext } from '../context.ts'

export type PutRightsContext = OperationContext<PutTeamInput | PutPermissionInput>
