import { type HealthReport, healthReportSchema } from '#common/health/report.ts'
import type { Target, Watch } from './open-watch.ts'

export interface ComponentStatus extends Record<string, unknown> {
  component: string
  state: 'up' | 'not ready' | 'down'
  url: string
  /** How long the answer took. */
  ms: number | undefined
  problem: string | undefined
  /** Of the file system its folder is on. */
  disk: HealthReport['disk']
}

export interface AskedComponent {
  status: ComponentStatus
  report: HealthReport | undefined
}

const timeoutMs = 4_000

/** Asks one component how it is. Never rejects. */
export async function askComponent(
  { component, url }: Target,
  { token }: Pick<Watch, 'token'>,
): Promise<AskedComponent> {
  const began = performance.now()
  // The demo identity provider stands for somebody else's: it has nothing to tell, and no business with the token.
  const asked =
    component === 'idp' || token === undefined ? await ask(`${url}/healthz`) : await ask(`${url}/readyz`, token)
  const ms = asked.problem === undefined ? Math.round(performance.now() - began) : undefined
  if (asked.problem !== undefined) {
    return { status: { component, state: 'down', url, ms, problem: asked.problem, disk: undefined }, report: undefined }
  }
  return { status: { component, url, ms, ...judge(asked.report), disk: asked.report?.disk }, report: asked.report }
}

/** What is wrong is said also of a component that can do its job without. */
function judge(report: HealthReport | undefined): Pick<ComponentStatus, 'state' | 'problem'> {
  const failing = (report?.checks ?? []).filter(({ ok }) => !ok).map(({ name, reason }) => `${name}: ${reason}`)
  return {
    state: report?.ready === false ? 'not ready' : 'up',
    problem: failing.length === 0 ? undefined : failing.join('; '),
  }
}

async function ask(
  address: string,
  token?: string,
): Promise<{ report?: HealthReport; problem?: undefined } | { problem: string }> {
  try {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(address, { headers, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
    const report = healthReportSchema.safeParse(await response.json().catch(() => undefined))
    if (report.success) return { report: report.data }
    return response.ok ? {} : { problem: `answers ${response.status}` }
  } catch (error) {
    return { problem: (error as Error).name === 'TimeoutError' ? 'does not answer in time' : 'does not answer' }
  }
}
