import type { Enforcer } from './enforcer.ts'
import type { Action } from './vocabulary.ts'

/** What somebody wants to do, as far as rights go. */
export interface Deed {
  /** Undefined when it needs no permission. */
  action: Action | undefined
  /** Nobody can take it back, so nobody may do it who manages by break-glass. */
  irrevocable?: boolean | undefined
}

/** The permission is missing; or they have it, and manage for a while only. */
export type Refusal = 'permission' | 'break-glass'

/**
 * Why somebody may not do something; undefined when they may. Whoever judges asks this, so that they agree. Pure.
 * @param packageName normalised; `*` for `manage`
 */
export function refusalOf(
  enforcer: Pick<Enforcer, 'allows' | 'isTemporary'>,
  did: string,
  { action, irrevocable = false }: Deed,
  packageName: string,
): Refusal | undefined {
  if (action !== undefined && !enforcer.allows(did, action, packageName)) return 'permission'
  return irrevocable && enforcer.isTemporary(did) ? 'break-glass' : undefined
}
