export { ImportAttester } from './attester.ts'
export { type FetchedList, fetchList } from './fetch-list.ts'
