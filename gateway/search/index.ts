export { describeResult } from './describe-result.ts'
export { readSearch } from './read-search.ts'
