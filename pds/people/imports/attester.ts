import { setTimeout as delay } from 'node:timers/promises'
import { type ImportList, importWitnesses, parseImportList } from '#common/imports/index.ts'
import { type ImportInput, importPackages } from '#common/operations/index.ts'
import type { Operation, UnplacedRecord } from '#common/records/index.ts'
import { splitWrites } from '#pds/host/index.ts'
import type { AttesterContext } from './attester-context.ts'
import { writeWitnesses } from './write-witnesses.ts'

export interface ApprovedImport {
  /** The person. */
  did: string
  operation: Operation
  op: Uint8Array
  /** The list's bytes. */
  list: Uint8Array
}

const firstRetryMs = 2_000
const longestRetryMs = 60_000

/**
 * Writes the thousands of attestations of an approved import, in commits as large as they may be. What is approved is written
 * down first, so that a crash anywhere in between costs nobody a second approval.
 */
export class ImportAttester implements AsyncDisposable {
  readonly #context: AttesterContext
  readonly #stopping = new AbortController()
  readonly #running = new Set<Promise<void>>()

  constructor(context: AttesterContext) {
    this.#context = context
  }

  /** Goes on with what an earlier run had begun. */
  async resume(): Promise<void> {
    const jobs = await this.#context.db.selectFrom('import_job').select('op').where('finished_at', 'is', null).execute()
    for (const { op } of jobs) this.#enqueue(op)
  }

  /** When this returns, the attestations will be written, whatever happens. Approving the same again begins again. */
  async begin({ did, operation, op, list }: ApprovedImport): Promise<void> {
    const { db, clock } = this.#context
    const key = Buffer.from(op).toString('base64url')
    const { createdAt } = importPackages.parseInput(operation.input) satisfies ImportInput
    await db
      .insertInto('import_job')
      .values({
        op: key,
        did,
        org: operation.org,
        list: Buffer.from(list),
        imported_at: createdAt,
        approved_at: new Date(clock.now()),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    this.#enqueue(key)
  }

  /** Stops after the commit that is being written. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#running)
  }

  #enqueue(op: string): void {
    const running: Promise<void> = this.#insist(op).finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #insist(op: string): Promise<void> {
    for (let retryMs = firstRetryMs; !this.#stopping.signal.aborted; retryMs = Math.min(2 * retryMs, longestRetryMs)) {
      try {
        return await this.#attest(op)
      } catch (err) {
        this.#context.log.error({ err, op }, 'attestations of an import could not be written, trying again')
        await delay(retryMs, undefined, { signal: this.#stopping.signal }).catch(() => {})
      }
    }
  }

  async #attest(op: string): Promise<void> {
    const { db, log } = this.#context
    const job = await db.selectFrom('import_job').selectAll().where('op', '=', op).executeTakeFirst()
    if (job === undefined || job.finished_at !== null) return
    const { did, org, imported_at: createdAt, approved_at: approvedAt } = job
    const list: ImportList = parseImportList(job.list)
    // The time of the approval, not of the writing: a commit that is written again is the same.
    const witnesses = importWitnesses({ org, createdAt }, list, approvedAt.toISOString())
    let count = 0
    for (const part of splitWrites(witnesses, (witness: UnplacedRecord) => [witness])) {
      if (this.#stopping.signal.aborted) return
      await writeWitnesses(this.#context, { did, op, witnesses: part, witnessedAt: approvedAt })
      count += part.length
    }
    // The list stays in the organisation's repository.
    await db
      .updateTable('import_job')
      .set({ finished_at: new Date(this.#context.clock.now()), list: Buffer.alloc(0) })
      .where('op', '=', op)
      .execute()
    log.info({ did, org, attestations: count }, 'an import is attested')
  }
}
