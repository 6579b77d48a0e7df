export { exchangeForPublishing } from './exchange-for-publishing.ts'
