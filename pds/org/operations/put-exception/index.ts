export { putExceptionSteps } from './steps.ts'
