export { putSourceSteps } from './steps.ts'
