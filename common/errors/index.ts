export { AtollError, isErrorCode } from './atoll-error.ts'
export { catalogue, type ErrorCode, type ErrorDetails } from './catalogue/index.ts'
