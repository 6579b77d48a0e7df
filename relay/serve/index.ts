export { mountQueries } from './queries.ts'
export { Subscribers } from './subscribers.ts'
