export { checkPermission } from './check-permission.ts'
export { mountNpm } from './mount-npm.ts'
export { requesterOf } from './requester.ts'
export { otpOf, sendOtpRequest } from './send-otp-request.ts'
