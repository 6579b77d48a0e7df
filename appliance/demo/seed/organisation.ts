import type { Org } from '#appliance/admin/index.ts'
import type { SeedContext } from './context.ts'

/** The organisation, for the steps after the one that creates it. */
export function organisation({ org }: SeedContext): Org {
  if (org === undefined) throw new Error('the organisation comes first')
  return org
}
