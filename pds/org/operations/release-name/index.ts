export { releaseNameSteps } from './steps.ts'
