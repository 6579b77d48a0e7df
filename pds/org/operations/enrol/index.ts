export { enrolSteps } from './steps.ts'
