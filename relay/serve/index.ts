export { parseQuery } from './parse-query.ts'
export { mountQueries } from './queries.ts'
export type { Readers } from './readers.ts'
export { Subscribers } from './subscribers.ts'
