export { publishedVersion } from './published-version.ts'
export { publishFromCiSteps, publishStagedSteps, publishSteps } from './steps.ts'
