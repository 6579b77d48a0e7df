export { approvePromotionSteps } from './steps.ts'
