export { requestPromotionSteps } from './steps.ts'
