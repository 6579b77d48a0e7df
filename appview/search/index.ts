export { findEntries, type Match, readSummaries } from './find-entries.ts'
export { keepEntry } from './keep-entry.ts'
export { parseQuery } from './parse-query.ts'
export { searchPackages } from './search-packages.ts'
