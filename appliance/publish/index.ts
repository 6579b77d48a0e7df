export { type Published, publishFromJob } from './publish-from-job.ts'
