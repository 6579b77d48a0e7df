import { app } from '#lexicons'
import { createVerifyPerson, type PersonVerification } from './verify-person.ts'

/** Who signed a login. */
export type VerifyLogin = (jwt: string) => Promise<{ did: string; handle: string }>

/** @returns a function that throws what `VerifyPerson` does */
export function createVerifyLogin(verification: PersonVerification): VerifyLogin {
  const verify = createVerifyPerson(verification)
  return (jwt) => verify(jwt, { method: app.npm.gateway.login.$nsid })
}
