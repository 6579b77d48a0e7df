import type { AccountRole } from '#common/identity/index.ts'
import type { Logger } from '#common/log/index.ts'
import { decodeRecord } from '#common/records/index.ts'
import type { Impact } from '../ingest/apply/impact.ts'
import type { Tx } from '../schema/index.ts'
import type { PendingRows } from './pending-rows.ts'

/** Where a record stands. */
export interface Place {
  did: string
  rkey: string
}

export interface IndexContext {
  tx: Tx
  /** Written before anything is removed, and when all records are through. */
  rows: PendingRows
  impact: Impact
  log: Logger
  registryDid: string
  /** Whether what an identity provider said about groups counts at this moment. */
  countsMembership(membership: { issuer: string; observedAt: string }): boolean
}

/** How the records of one collection become rows. */
export interface Collection {
  nsid: string
  /** Roles bind to hosts (DESIGN §2): records of this collection count in repositories of this role only. */
  role: AccountRole
  /** @returns false when these bytes are no valid record of the collection: then there is no row */
  put(context: IndexContext, place: Place & { cid: string }, bytes: Uint8Array): Promise<boolean>
  remove(context: IndexContext, place: Place): Promise<void>
}

interface RecordLexicon<Value> {
  $nsid: string
  $safeParse(value: unknown): { success: true; value: Value } | { success: false }
}

interface Definition<Value> {
  role: AccountRole
  /** Whether the record says the same as the place where it lies, and other things no schema can say. */
  isConsistent(value: Value, place: Place & { cid: string }, context: IndexContext): boolean
  put(context: IndexContext, place: Place & { cid: string }, value: Value): Promise<void>
  remove(context: IndexContext, place: Place): Promise<void>
}

export function defineCollection<Value>(lexicon: RecordLexicon<Value>, definition: Definition<Value>): Collection {
  async function remove(context: IndexContext, place: Place): Promise<void> {
    await context.rows.write()
    await definition.remove(context, place)
  }

  return {
    nsid: lexicon.$nsid,
    role: definition.role,
    remove,
    async put(context, place, bytes) {
      const parsed = lexicon.$safeParse(decodeRecord(bytes))
      const valid = parsed.success && !holdsNul(parsed.value) && definition.isConsistent(parsed.value, place, context)
      if (valid) await definition.put(context, place, parsed.value)
      // A record that stopped being valid must not leave its predecessor's row behind.
      else await remove(context, place)
      return valid
    },
  }
}

/** Postgres keeps no U+0000 in text: one record with it would hold up everything behind it. */
function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false
  return Object.entries(value).some(([key, child]) => holdsNul(key) || holdsNul(child))
}
