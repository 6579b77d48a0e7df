export { type AskedOperation, type OpenedApproval, operationLifetimeSeconds } from './asked-operation.ts'
export { Ceremony } from './ceremony.ts'
export { OperationStore } from './operation-store.ts'
export { ParkedUploads } from './parked-uploads.ts'
