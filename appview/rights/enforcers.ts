import { LRUCache } from 'lru-cache'
import { createEnforcer, type Enforcer, type OrgRights } from '#common/authz/index.ts'
import type { Clock } from '#common/clock/index.ts'
import type { Db } from '../schema/index.ts'
import { loadRights, toOrgRights } from './rights-state.ts'

/**
 * Tokens of an organisation belong to it and not to a person. Such a reader reads what is the organisation's, unless that
 * is denied to everyone; it is nobody's member and may do nothing else.
 */
function withItself(org: string, rights: OrgRights): OrgRights {
  const itself = { subject: org, action: 'read', packages: '*', effect: 'allow' }
  return { ...rights, rules: [...rights.rules, itself] }
}

interface Made {
  enforcer: Enforcer
  /** Until when it says what is right, in milliseconds since the epoch. */
  until: number
}

/** One enforcer per organisation, made anew when its rights change, be it by time alone. */
export class Enforcers {
  readonly #db: Db
  readonly #clock: Clock
  readonly #made = new LRUCache<string, Promise<Made>>({ max: 1_000 })

  constructor(db: Db, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** @returns one that allows nothing for what is no organisation */
  async of(org: string): Promise<Enforcer> {
    const known = await this.#made.get(org)
    if (known !== undefined && this.#clock.now() < known.until) return known.enforcer
    const making = this.#make(org)
    this.#made.set(org, making)
    // A failure is not remembered.
    making.catch(() => this.#made.delete(org))
    return (await making).enforcer
  }

  async #make(org: string): Promise<Made> {
    const rights = await loadRights({ db: this.#db, clock: this.#clock }, org)
    const enforcer = await createEnforcer(withItself(org, toOrgRights(rights)))
    return { enforcer, until: rights.managersChangeAt ?? Number.POSITIVE_INFINITY }
  }

  forget(org: string): void {
    this.#made.delete(org)
  }

  forgetAll(): void {
    this.#made.clear()
  }
}
