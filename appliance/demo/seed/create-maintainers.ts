import { findPeople, listTeams, putTeam } from '#appliance/admin/index.ts'
import type { SeedContext } from './context.ts'
import { organisation } from './organisation.ts'

/** The team `maintainers`: Alice. */
export async function createMaintainers(context: SeedContext): Promise<void> {
  const { admin, approve } = context
  const org = organisation(context)
  if ((await listTeams(admin, org)).some(({ name }) => name === 'maintainers')) return
  const members = (await findPeople(admin, ['alice'])).map(({ did }) => did)
  await approve(putTeam(org.did, { name: 'maintainers', members }))
}
