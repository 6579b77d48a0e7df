import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '#common/log/index.ts'
import type { Updates } from '../updates/updates.ts'
import type { Enforcers } from './enforcers.ts'

const retryMs = 500

/** Forgets enforcers as soon as the rights they were made from changed, whichever process changed them. */
export function keepEnforcersFresh(enforcers: Enforcers, updates: Updates, log: Logger): AsyncDisposable {
  const stop = new AbortController()
  const following = follow(enforcers, updates, log, stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await following
    },
  }
}

async function follow(enforcers: Enforcers, updates: Updates, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { last } = await updates.range()
      enforcers.forgetAll()
      await updates.follow(last, signal, ({ kind, org }) => {
        if (kind === 'rights' && org !== null) enforcers.forget(org)
      })
    } catch (error) {
      log.warn({ err: error }, 'changes of rights are not heard at the moment')
      enforcers.forgetAll()
      await delay(retryMs, undefined, { signal }).catch(() => {})
    }
  }
}
