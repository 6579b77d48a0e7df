import type { Org } from './find.ts'
import { activePeople, managesBy, rightsOf } from './last-manager.ts'
import type { Admin } from './open-admin.ts'
import { listTeams } from './rights.ts'

/** Who may give rights in an organisation: somebody known by name, perhaps somebody through a group, or nobody. */
export type Managed = 'by-people' | 'perhaps-by-groups' | 'by-nobody'

/** For each of these organisations, in their order, counting nobody who is disabled. */
export async function managersOf(admin: Admin, orgs: readonly Org[]): Promise<Managed[]> {
  const people = await activePeople(admin)
  return Promise.all(
    orgs.map(async (org) => {
      if (people.some(await managesBy(await rightsOf(admin, org)))) return 'by-people'
      const teams = await listTeams(admin, org)
      return teams.some(({ groups }) => groups.length > 0) ? 'perhaps-by-groups' : 'by-nobody'
    }),
  )
}
