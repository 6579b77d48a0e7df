import { LRUCache } from 'lru-cache'
import { createEnforcer, type Enforcer, type OrgRights } from '#common/authz/index.ts'
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

/** One enforcer per organisation, made anew when its rights change. */
export class Enforcers {
  readonly #db: Db
  readonly #made = new LRUCache<string, Promise<Enforcer>>({ max: 1_000 })

  constructor(db: Db) {
    this.#db = db
  }

  /** @returns one that allows nothing for what is no organisation */
  async of(org: string): Promise<Enforcer> {
    const known = this.#made.get(org)
    if (known !== undefined) return known
    const making = loadRights(this.#db, org).then((rights) => createEnforcer(withItself(org, toOrgRights(rights))))
    this.#made.set(org, making)
    // A failure is not remembered.
    making.catch(() => this.#made.delete(org))
    return making
  }

  forget(org: string): void {
    this.#made.delete(org)
  }

  forgetAll(): void {
    this.#made.clear()
  }
}
