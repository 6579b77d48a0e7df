export { checkAbout, checkStepUp, type StepUpExpectation } from './check-step-up.ts'
