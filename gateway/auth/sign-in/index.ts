export { type DeviceSignIn, type Requester, type SignInDependencies, SignIns } from './sign-ins.ts'
export { createVerifyLogin, type VerifyLogin } from './verify-login.ts'
export { createVerifyPerson, type VerifyPerson } from './verify-person.ts'
