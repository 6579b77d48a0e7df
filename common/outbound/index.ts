export { asFetch } from './as-fetch.ts'
export { type OutboundConfig, outboundSchema, type ProxyConfig, proxySchema } from './config.ts'
export { deliver, type Receiver } from './deliver.ts'
export { createOutbound, type Outbound, type OutboundRequest, type OutboundResponse } from './outbound.ts'
