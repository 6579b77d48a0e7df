export { mountExchange } from './mount-exchange.ts'
export { mountTokens } from './mount-tokens.ts'
