export { withdrawPromotionSteps } from './steps.ts'
