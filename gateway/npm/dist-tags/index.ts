export { mountDistTags } from './mount-dist-tags.ts'
export { readTags } from './read-tags.ts'
