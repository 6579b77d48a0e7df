export { purgeSteps, purgeUpstreamSteps } from './steps.ts'
