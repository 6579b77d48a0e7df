export { mountUnpublish } from './mount-unpublish.ts'
