export { publishedVersion } from './published-version.ts'
export { publishStagedSteps, publishSteps } from './steps.ts'
