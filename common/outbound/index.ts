export { createOutbound, type Outbound, type OutboundRequest, type OutboundResponse } from './outbound.ts'
