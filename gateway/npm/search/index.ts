export { mountSearch } from './mount-search.ts'
