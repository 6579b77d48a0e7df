export { type OpenRelayConfig, type RelayConfig, relayConfigSchema } from './config.ts'
export { Relay } from './relay.ts'
