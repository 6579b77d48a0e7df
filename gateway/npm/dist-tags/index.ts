export { mountDistTags } from './mount-dist-tags.ts'
