import { type Kysely, sql } from '#common/db/index.ts'
import type { HealthCheck } from './readiness.ts'

/** Postgres answers a query over the pool everybody else waits for. */
export function databaseAnswers<Tables>(db: Kysely<Tables>): HealthCheck {
  return { name: 'database', essential: true, look: () => sql`SELECT 1`.execute(db) }
}

/** Another component's process is there, and on its feet. */
export function peerAnswers(name: string, url: string, { essential }: { essential: boolean }): HealthCheck {
  return {
    name,
    essential,
    async look() {
      const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' })
      await response.body?.cancel()
      if (!response.ok) throw new Error(`answers ${response.status}`)
    },
  }
}

const timeoutMs = 1_500

/** @param isSo asked anew each time; @param otherwise the reason given while it is not */
export function holds(name: string, isSo: () => boolean | Promise<boolean>, otherwise: string): HealthCheck {
  return {
    name,
    essential: true,
    async look() {
      if (!(await isSo())) throw new Error(otherwise)
    },
  }
}
