export { type GatewayConfig, gatewayConfigSchema } from './config.ts'
export { Gateway } from './gateway.ts'
