import type { CheckName } from '#common/policy/index.ts'

/** Whether a version may be installed; if not, which check says so, why, until when, and what to do. */
export type Verdict = Allowed | Refused

export interface Allowed {
  kind: 'allow'
  /** What whoever installs it should know. */
  warnings?: string[]
}

export interface Refused extends Finding {
  check: CheckName
}

/** What a check has against a version. */
export interface Finding {
  kind: 'hold' | 'block'
  reason: string
  /** What to do. */
  remedy: string
  /** RFC 3339: when time alone ends it; undefined when somebody has to. */
  until?: string
}
