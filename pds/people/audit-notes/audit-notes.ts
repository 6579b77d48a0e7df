import { setTimeout as delay } from 'node:timers/promises'
import type { DidString } from '@atproto/syntax'
import { createPeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

/** Something the registry decided, for the audit log. */
export interface AuditNote {
  /** The same for the same decision, however often it is said. */
  id: string
  action: app.npm.gateway.noteAudit.$InputBody['action']
  /** What it was done to: a record, a person. */
  subject: string
  details: string
  /** DID of who decided. */
  by: string
}

const timeoutMs = 2_000
const retryMs = 500
const atOnce = 100

/** Writes down what the gateway's audit log shall have; it is told until it answers. Noting it again changes nothing. */
export async function note(
  { db }: Pick<PeopleContext, 'db'>,
  { id, action, subject, details, by }: AuditNote,
): Promise<void> {
  await db
    .insertInto('audit_note')
    .values({ id, action, subject, details, by, told: false })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Tells the gateway what it was not told yet, until it is disposed. */
export function keepNoting(context: PeopleContext): AsyncDisposable {
  const stop = new AbortController()
  const noting = noteAll(context, stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await noting
    },
  }
}

async function noteAll(context: PeopleContext, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await tellUntold(context).catch((err: unknown) => {
      context.log.warn({ err }, 'the audit log did not hear what the registry decided; it is told again')
    })
    await delay(retryMs, undefined, { signal }).catch(() => {})
  }
}

async function tellUntold({ db, config, host }: PeopleContext): Promise<void> {
  const notes = await db
    .selectFrom('audit_note')
    .selectAll()
    .where('told', '=', false)
    .orderBy('noted_at')
    .limit(atOnce)
    .execute()
  if (notes.length === 0) return
  const gateway = createPeerClient('gateway', config.network, host.auth)
  for (const { id, action, subject, details, by } of notes) {
    const input = { id, action: action as AuditNote['action'], subject, details, by: by as DidString }
    await gateway.call(app.npm.gateway.noteAudit, { input, timeoutMs })
    await db.updateTable('audit_note').set({ told: true }).where('id', '=', id).execute()
  }
}
