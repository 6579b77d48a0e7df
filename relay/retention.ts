import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '#common/clock/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { EventLog } from './log/index.ts'

const hourMs = 3_600_000

/** Forgets old events once an hour; resolves when the signal aborts. Subscribers further behind are told so. */
export async function forgetOldEvents(
  log: EventLog,
  retentionHours: number,
  { clock, logger }: { clock: Clock; logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await log.trim(new Date(clock.now() - retentionHours * hourMs)).catch((error) => {
      logger.warn({ err: error }, 'old events could not be forgotten; trying again in an hour')
    })
    await sleep(hourMs, undefined, { signal }).catch(() => {})
  }
}
