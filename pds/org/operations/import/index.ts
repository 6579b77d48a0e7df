export { importSteps } from './steps.ts'
