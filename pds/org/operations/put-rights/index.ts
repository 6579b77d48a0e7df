export { putRightsSteps } from './steps.ts'
