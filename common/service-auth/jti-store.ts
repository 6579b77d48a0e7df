import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Remembers which tokens were used, so that each counts once. */
export interface JtiStore {
  /**
   * @param expiresAt seconds since the epoch after which the token is refused anyway, and may be forgotten
   * @returns false when this issuer's jti was used before
   */
  use(issuer: string, jti: string, expiresAt: number): Promise<boolean>
}

export interface JtiTable {
  service_jti: { issuer: string; jti: string; expires_at: Date }
}

/** Every component that is called adds this to its migrations. */
export const jtiMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('service_jti')
      .addColumn('issuer', 'text', (c) => c.notNull())
      .addColumn('jti', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
      .addPrimaryKeyConstraint('service_jti_pk', ['issuer', 'jti'])
      .execute()
    await db.schema.createIndex('service_jti_expires').on('service_jti').column('expires_at').execute()
  },
}

/** Survives restarts and is shared by replicas. */
export class PostgresJtiStore implements JtiStore {
  readonly #db: Kysely<JtiTable>
  #uses = 0

  constructor(db: Kysely<JtiTable>) {
    this.#db = db
  }

  async use(issuer: string, jti: string, expiresAt: number): Promise<boolean> {
    const inserted = await this.#db
      .insertInto('service_jti')
      .values({ issuer, jti, expires_at: new Date(expiresAt * 1000) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    this.#uses += 1
    if (this.#uses % sweepEvery === 0) await this.#sweep()
    return inserted.numInsertedOrUpdatedRows === 1n
  }

  async #sweep(): Promise<void> {
    await this.#db.deleteFrom('service_jti').where('expires_at', '<', sql<Date>`now()`).execute()
  }
}

const sweepEvery = 1000
