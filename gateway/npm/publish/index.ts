export { mountPublish } from './mount-publish.ts'
