export { createPagesServer } from './serve-pages.ts'
