export { putMetadataSteps } from './steps.ts'
