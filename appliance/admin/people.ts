import { app } from '#lexicons'
import type { Person } from './find.ts'
import type { Admin } from './open-admin.ts'

export type PersonStatus = app.npm.operation.setPersonStatus.$OutputBody

/** Disables somebody who leaves, or enables them again. Saying it again changes nothing. */
export function setPersonStatus(
  { people }: Pick<Admin, 'people'>,
  { did }: Pick<Person, 'did'>,
  { disabled, reason }: { disabled: boolean; reason: string },
): Promise<PersonStatus> {
  return people.call(app.npm.operation.setPersonStatus, { input: { did, disabled, reason } })
}
