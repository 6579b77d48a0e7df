export { keepEntry } from './keep-entry.ts'
export { searchPackages } from './search-packages.ts'
