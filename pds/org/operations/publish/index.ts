export { publishedVersion } from './published-version.ts'
export { publishSteps } from './steps.ts'
