import { AtollError } from '#common/errors/index.ts'
import type { PdsHost } from '#pds/host/index.ts'
import type { OrgTables } from '../database.ts'

export interface Binding {
  issuer: string
  subject: string
  did: string
}

/**
 * This PDS's own table of who is who at the IdP. It is filled from tokens of the IdP alone, so a broken people PDS cannot make one
 * person pass for another (DESIGN §2).
 */
export class Bindings {
  readonly #db: PdsHost<OrgTables>['db']

  constructor(db: PdsHost<OrgTables>['db']) {
    this.#db = db
  }

  /** The IdP's number for a person. @returns undefined for people who never enrolled with this IdP */
  async subjectOf(did: string, issuer: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('binding')
      .select('subject')
      .where('did', '=', did)
      .where('issuer', '=', issuer)
      .executeTakeFirst()
    return row?.subject
  }

  /** @returns since when this IdP's word about a person counts here; undefined for people who never enrolled with it */
  async boundAt(did: string, issuer: string): Promise<Date | undefined> {
    const row = await this.#db
      .selectFrom('binding')
      .select('bound_at')
      .where('did', '=', did)
      .where('issuer', '=', issuer)
      .executeTakeFirst()
    return row?.bound_at
  }

  /** Binding again what is bound succeeds. @throws AlreadyBound when either side is bound to another */
  async bind({ issuer, subject, did }: Binding): Promise<void> {
    await this.#db
      .insertInto('binding')
      .values({ issuer, subject, did })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    if ((await this.subjectOf(did, issuer)) !== subject) throw new AtollError('AlreadyBound')
  }
}
