export { type PublicGatewayConfig, publicGatewayConfigSchema } from './config.ts'
export { PublicGateway } from './public-gateway.ts'
