export {
  type AskedOperation,
  type OpenedApproval,
  operationLifetimeSeconds,
  type ReceivedTarball,
} from './asked-operation.ts'
export { Ceremony } from './ceremony.ts'
export type { HeldBack } from './check-effect.ts'
export { composeAsked } from './compose-asked.ts'
export { JobPublishes } from './job-publishes.ts'
export { OperationStore } from './operation-store.ts'
export { ParkedUploads } from './parked-uploads.ts'
export { type AskedInput, type OperationOutcome, runOperation } from './run-operation.ts'
