import { setTimeout as delay } from 'node:timers/promises'
import type { PeopleContext } from '../context.ts'
import { isActive, openGrants } from './grants.ts'
import { settleOrg } from './settle.ts'

const intervalMs = 1_000

/**
 * Takes back what time has ended, and makes up for what a crash, or a gateway that was away, kept from being said; until it is
 * disposed.
 */
export function keepMending(context: PeopleContext): AsyncDisposable {
  const stop = new AbortController()
  const mending = mendAll(context, stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await mending
    },
  }
}

async function mendAll(context: PeopleContext, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await mend(context).catch((err: unknown) =>
      context.log.warn({ err }, 'break-glass managers cannot be looked after'),
    )
    await delay(intervalMs, undefined, { signal }).catch(() => {})
  }
}

async function mend(context: PeopleContext): Promise<void> {
  if ((await openGrants(context)).length === 0) return
  await endThoseOfDisabled(context)
  const now = context.clock.now()
  const due = (await openGrants(context)).filter((grant) => grant.told === 'nothing' || !isActive(grant, now))
  for (const org of new Set(due.map((grant) => grant.org))) await settleOrg(context, org)
}

/** They may do nothing already; and nothing shall come back to life when they do. */
async function endThoseOfDisabled({ db, clock, config }: PeopleContext): Promise<void> {
  const now = new Date(clock.now())
  await db
    .updateTable('break_glass')
    .set({ ended_at: now, ended_by: config.self.did })
    .where('ended_at', 'is', null)
    .where('until', '>', now)
    .where('did', 'in', (e) => e.selectFrom('person').select('did').where('disabled_at', 'is not', null))
    .execute()
}
