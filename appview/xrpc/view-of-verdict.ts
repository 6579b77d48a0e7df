import type { DatetimeString } from '@atproto/syntax'
import type { app } from '#lexicons'
import type { Verdict } from '../verdict/index.ts'

const longest = 2_000

/** A verdict as it is told: what records say may be of any length. */
export function viewOfVerdict(verdict: Verdict): app.npm.registry.getVersion.Verdict {
  if (verdict.kind === 'allow') {
    const { kind, warnings = [] } = verdict
    return { kind, ...(warnings.length === 0 ? {} : { warnings: warnings.slice(0, 10).map(cut) }) }
  }
  const { kind, check, reason, remedy, until } = verdict
  return {
    kind,
    check,
    reason: cut(reason),
    remedy,
    ...(until === undefined ? {} : { until: until as DatetimeString }),
  }
}

function cut(text: string): string {
  return text.slice(0, longest)
}
