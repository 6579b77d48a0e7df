export { transferNameSteps } from './steps.ts'
