import type { Settings } from '#appliance/config/index.ts'
import { describe } from './break-glass.ts'

/** Says on stderr who manages an organisation by break-glass. That the people PDS does not answer is said elsewhere. */
export async function warnOfBreakGlass(settings: Settings): Promise<void> {
  const { listBreakGlass, openAdmin } = await import('#appliance/admin/index.ts')
  const grants = await openAdmin(settings)
    .then((admin) => listBreakGlass(admin, { activeOnly: true }))
    .catch(() => [])
  for (const grant of grants) process.stderr.write(`Warning: ${describe(grant)}\n`)
}
