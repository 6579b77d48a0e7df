import { setTimeout as delay } from 'node:timers/promises'
import type { DidString } from '@atproto/syntax'
import { sql } from '#common/db/index.ts'
import { createPeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

/** What was decided about a person, and has not reached everybody yet. */
interface Decision {
  did: string
  disabled: boolean
  reason: string
  by: string
  /** As the row has it: a newer decision has another. */
  disabledAt: Date | null
}

type TellStep = (context: PeopleContext, decision: Decision) => Promise<void>

/** Who is told, in this order; each may hear it twice. */
const tellSteps = [
  freezeRepository, // the org PDS asks for it at every operation; the firehose tells the AppView
  endAccess, // every gateway forgets their tokens and what they have parked
] as const satisfies TellStep[]

const timeoutMs = 2_000
// Any number that nobody else in this schema uses.
const settleLock = 109
const retryMs = 500

/** @returns whether everybody knows what was decided about this person */
export async function settle(context: PeopleContext, did: string): Promise<boolean> {
  try {
    return await context.db.transaction().execute(async (transaction) => {
      // One at a time, so that an older decision is never told after a newer one.
      await sql`SELECT pg_advisory_xact_lock(${settleLock}, hashtext(${did}))`.execute(transaction)
      const decision = (await untold(context)).find((candidate) => candidate.did === did)
      if (decision === undefined) return true
      for (const step of tellSteps) await step(context, decision)
      return noteTold(context, decision)
    })
  } catch (err) {
    context.log.error({ err, did }, 'a decision about a person did not reach every component; it is told again')
    return false
  }
}

/** Tells what a crash, or a component that was away, kept from being told; until it is disposed. */
export function keepSettling(context: PeopleContext): AsyncDisposable {
  const stop = new AbortController()
  const settling = settleAll(context, stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await settling
    },
  }
}

async function settleAll(context: PeopleContext, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const waiting = await untold(context).catch((err: unknown) => {
      context.log.warn({ err }, 'cannot see whether there is something to tell about people')
      return []
    })
    for (const { did } of waiting) await settle(context, did)
    await delay(retryMs, undefined, { signal }).catch(() => {})
  }
}

async function freezeRepository({ host }: PeopleContext, { did, disabled }: Decision): Promise<void> {
  await host.setActive(did, !disabled)
}

async function endAccess({ config, host }: PeopleContext, { did, disabled, reason, by }: Decision): Promise<void> {
  const gateway = createPeerClient('gateway', config.network, host.auth)
  const input = { did: did as DidString, disabled, reason, by: by as DidString }
  await gateway.call(app.npm.gateway.setAccess, { input, timeoutMs })
}

async function untold({ db }: PeopleContext): Promise<Decision[]> {
  const rows = await db
    .selectFrom('person')
    .select(['did', 'disabled_at', 'status_reason', 'status_by'])
    .where('status_told', '=', false)
    .execute()
  return rows.map(({ did, disabled_at: disabledAt, status_reason, status_by }) => {
    return { did, disabled: disabledAt !== null, reason: status_reason ?? '', by: status_by ?? '', disabledAt }
  })
}

/** @returns false when something else was decided meanwhile, which is told next */
async function noteTold({ db }: PeopleContext, { did, disabledAt }: Decision): Promise<boolean> {
  const noted = await db
    .updateTable('person')
    .set({ status_told: true })
    .where('did', '=', did)
    .where('disabled_at', disabledAt === null ? 'is' : '=', disabledAt)
    .executeTakeFirst()
  return noted.numUpdatedRows === 1n
}
