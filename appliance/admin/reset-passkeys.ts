import { app } from '#lexicons'
import type { Person } from './find.ts'
import type { Admin } from './open-admin.ts'

export interface PasskeyReset {
  /** How many counted until now. */
  removed: number
  /** RFC 3339. */
  mayAddFrom: string
  mayAddUntil: string
}

/**
 * Takes all passkeys of a person away, who may add a first one again, from when the org PDS says. First at the people PDS, which
 * notes it for the audit log, then where they count: what fails after it is made up for by saying it again.
 */
export async function resetPasskeys(
  { org, people }: Pick<Admin, 'org' | 'people'>,
  { did }: Pick<Person, 'did'>,
  { reason }: { reason: string },
): Promise<PasskeyReset> {
  const input = { did, reason }
  await people.call(app.npm.operation.resetPasskeys, { input })
  const { removed, mayAddFrom = '', mayAddUntil = '' } = await org.call(app.npm.operation.resetPasskeys, { input })
  return { removed, mayAddFrom, mayAddUntil }
}
