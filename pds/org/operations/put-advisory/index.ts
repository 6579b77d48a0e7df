export { putAdvisorySteps } from './steps.ts'
