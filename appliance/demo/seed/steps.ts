import type { SeedStep } from './context.ts'
import { createMaintainers } from './create-maintainers.ts'
import { createOrganisation } from './create-organisation.ts'
import { layDownRules } from './lay-down-rules.ts'

/**
 * How the demo, once its people have signed in, comes to have something to try: by the ways a company would go.
 * Killed anywhere, the list is run again from the top, and each step finds what is done already.
 */
export const seedSteps = [createOrganisation, createMaintainers, layDownRules] as const satisfies SeedStep[]
