export { type PublicGatewayConfig, publicGatewayConfigSchema } from './config.ts'
