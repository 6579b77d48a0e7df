import { createOrg } from '#appliance/admin/index.ts'
import type { SeedContext } from './context.ts'

/** `acme.test`, with Dan as its first manager. */
export async function createOrganisation(context: SeedContext): Promise<void> {
  context.org = await createOrg(context.admin, { handle: 'acme.test', managers: ['dan'] })
}
