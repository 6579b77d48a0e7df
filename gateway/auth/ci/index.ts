export { exchangeToken, type TokenExchange } from './exchange-token.ts'
export { JobTokens } from './job-tokens.ts'
