import { randomUUID } from 'node:crypto'
import type { Clock } from '#common/clock/index.ts'
import { type Kysely, sql, type Transaction } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { AuditLog } from '../audit-log/index.ts'
import type { GatewayTables, StagedRow } from '../database/tables.ts'
import type { StageSettings } from '../stage-settings.ts'

/** A version that waits for somebody else's approval, or was rejected a while ago. */
export type StagedVersion = StagedRow

/** Who staged it: a person by their DID, a job by the at-URI of its trusted publisher. */
export interface Stager {
  id: string
  name: string
}

type NewStage = Omit<StagedRow, 'id' | 'state' | 'reason' | 'decided_by' | 'created_at' | 'expires_at' | 'told'>

// One at a time counts and adds, so that the bounds hold.
const quotaLock = 6_177_166
const dayMs = 24 * 3600_000

/** Staged versions. Their bytes are parked uploads, which stay for as long as a row here waits. */
export class StageStore {
  readonly #db: Kysely<GatewayTables>
  readonly #clock: Clock
  readonly #settings: StageSettings
  readonly #audit: AuditLog

  constructor(
    db: Kysely<GatewayTables>,
    { clock, settings, audit }: { clock: Clock; settings: StageSettings; audit: AuditLog },
  ) {
    this.#db = db
    this.#clock = clock
    this.#settings = settings
    this.#audit = audit
  }

  /**
   * Writes down what is parked already. The same bytes, staged again by the same, are one stage.
   * @throws AlreadyStaged, StageFull
   */
  async add(wanted: NewStage): Promise<StagedVersion> {
    return this.#db.transaction().execute(async (transaction) => {
      await sql`SELECT pg_advisory_xact_lock(${quotaLock})`.execute(transaction)
      const there = await this.#waitingFor(transaction, wanted)
      if (there !== undefined) return sameOrRefuse(there, wanted)
      await this.#checkRoom(transaction, wanted)
      const now = this.#clock.now()
      const expiresAt = new Date(now + this.#settings.days * dayMs)
      const state = { id: randomUUID(), state: 'waiting', reason: null, decided_by: null, told: false } as const
      const row = { ...wanted, ...state, created_at: new Date(now), expires_at: expiresAt }
      await transaction.insertInto('staged').values(row).execute()
      await this.#note(transaction, { actor: wanted.staged_by, action: 'stage.added', row })
      return row
    })
  }

  async find(id: string): Promise<StagedVersion | undefined> {
    return this.#db
      .selectFrom('staged')
      .selectAll()
      .where('id', '=', id)
      .where('expires_at', '>', new Date(this.#clock.now()))
      .executeTakeFirst()
  }

  /** Everything that is there, newest first. @param name of one package */
  async list(name?: string): Promise<StagedVersion[]> {
    return this.#db
      .selectFrom('staged')
      .selectAll()
      .where('expires_at', '>', new Date(this.#clock.now()))
      .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute()
  }

  /** What waits, and nobody was told of; oldest first. */
  async untold(limit: number): Promise<StagedVersion[]> {
    return this.#db
      .selectFrom('staged')
      .selectAll()
      .where('told', '=', false)
      .where('state', '=', 'waiting')
      .where('expires_at', '>', new Date(this.#clock.now()))
      .orderBy('created_at')
      .limit(limit)
      .execute()
  }

  async noteTold(id: string): Promise<void> {
    await this.#db.updateTable('staged').set({ told: true }).where('id', '=', id).execute()
  }

  /** It was published: its bytes are not needed any more. */
  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('staged').where('id', '=', id).execute()
  }

  /** Its bytes go; who staged it can see for a while what became of it. @returns false when it waited no longer */
  async reject(id: string, by: { did: string; handle: string }, reason: string | undefined): Promise<boolean> {
    return this.#db.transaction().execute(async (transaction) => {
      const row = await transaction
        .updateTable('staged')
        .set({ state: 'rejected', decided_by: by.handle, reason: reason ?? null })
        .where('id', '=', id)
        .where('state', '=', 'waiting')
        .returningAll()
        .executeTakeFirst()
      if (row !== undefined) await this.#note(transaction, { actor: by.did, action: 'stage.rejected', row })
      return row !== undefined
    })
  }

  async sweep(): Promise<void> {
    await this.#db.deleteFrom('staged').where('expires_at', '<=', new Date(this.#clock.now())).execute()
  }

  #waitingFor(transaction: Transaction<GatewayTables>, { org, name, version }: NewStage) {
    return transaction
      .selectFrom('staged')
      .selectAll()
      .where('org', '=', org)
      .where('name', '=', name)
      .where('version', '=', version)
      .where('state', '=', 'waiting')
      .where('expires_at', '>', new Date(this.#clock.now()))
      .executeTakeFirst()
  }

  async #checkRoom(transaction: Transaction<GatewayTables>, wanted: NewStage): Promise<void> {
    const { versionsPerOrg, versionsPerPerson, bytesPerOrg, bytesPerPerson } = this.#settings
    const waiting = await transaction
      .selectFrom('staged')
      .select(['org', 'staged_by', 'size', 'bundle_size'])
      .where('state', '=', 'waiting')
      .where('expires_at', '>', new Date(this.#clock.now()))
      .where((e) => e.or([e('org', '=', wanted.org), e('staged_by', '=', wanted.staged_by)]))
      .execute()
    const ofOrg = waiting.filter(({ org }) => org === wanted.org)
    const own = waiting.filter(({ staged_by: stager }) => stager === wanted.staged_by)
    if (!fits(ofOrg, wanted, { count: versionsPerOrg, bytes: bytesPerOrg })) throw full(wanted.org_handle)
    if (!fits(own, wanted, { count: versionsPerPerson, bytes: bytesPerPerson })) throw full(wanted.staged_by_name)
  }

  async #note(
    transaction: Transaction<GatewayTables>,
    { actor, action, row }: { actor: string; action: 'stage.added' | 'stage.rejected'; row: StagedRow },
  ): Promise<void> {
    const details = { stage: row.id, integrity: row.integrity, ...(row.reason === null ? {} : { reason: row.reason }) }
    await this.#audit.append({ actor, action, subject: `${row.name}@${row.version}`, details }, transaction)
  }
}

function sameOrRefuse(there: StagedVersion, wanted: NewStage): StagedVersion {
  const said = ['integrity', 'bundle_integrity', 'tag', 'staged_by'] as const
  if (said.every((field) => there[field] === wanted[field])) return there
  throw new AtollError('AlreadyStaged', { package: there.name, version: there.version, id: there.id })
}

function fits(
  waiting: readonly { size: number | string; bundle_size: number }[],
  wanted: NewStage,
  limit: { count: number; bytes: number },
): boolean {
  // A column of 64 bits comes as text.
  const bytes = [wanted, ...waiting].reduce((sum, { size, bundle_size: bundle }) => sum + Number(size) + bundle, 0)
  return waiting.length < limit.count && bytes <= limit.bytes
}

function full(whose: string): AtollError {
  return new AtollError('StageFull', { whose })
}
