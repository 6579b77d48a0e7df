export { exchangeToken } from './exchange-token.ts'
