export { claimNameSteps } from './steps.ts'
