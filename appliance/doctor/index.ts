import type { SettingsSource } from '#appliance/config/index.ts'
import { checks } from './checks/index.ts'
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import { gatherFacts } from './gather/index.ts'

export type { Facts } from './facts.ts'
export type { Finding } from './finding.ts'

/** What every check thinks of the facts, in their order. */
export function judge(facts: Facts): Finding[] {
  return checks.flatMap((check) => check(facts))
}

/** Looks at a box and says what to do about it. @throws SettingsError */
export async function examine(source: SettingsSource): Promise<Finding[]> {
  return judge(await gatherFacts(source))
}
