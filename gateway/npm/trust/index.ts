export { addTrust, removeTrust } from './change-trust.ts'
export { listTrust } from './list-trust.ts'
export { mountPublishExchange } from './mount-exchange.ts'
