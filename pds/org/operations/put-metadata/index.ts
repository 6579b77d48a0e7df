export { putMetadataSteps, retireSteps } from './steps.ts'
