import type { SeedStep } from './context.ts'
import { createMaintainers } from './create-maintainers.ts'
import { createOrganisation } from './create-organisation.ts'
import { layDownRules } from './lay-down-rules.ts'
import { signPeopleIn } from './sign-people-in.ts'

/**
 * How the demo comes to have something to try: by the same ways a company would go, with real sign-ins and approvals.
 * Killed anywhere, the list is run again from the top, and each step finds what is done already.
 */
export const seedSteps = [
  createOrganisation,
  signPeopleIn,
  createMaintainers,
  layDownRules,
] as const satisfies SeedStep[]
