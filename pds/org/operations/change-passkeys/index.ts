export { addPasskeySteps, removePasskeySteps } from './steps.ts'
