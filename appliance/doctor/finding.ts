import type { Facts } from './facts.ts'

/** What a check thinks of the box. */
export interface Finding extends Record<string, unknown> {
  level: 'ok' | 'warn' | 'fail'
  /** What was looked at. */
  check: string
  /** How it is. */
  says: string
  /** What to do about it; nothing when it is good. */
  next: string | undefined
}

/** Judges facts, and touches nothing. Says nothing about what was not there to be looked at. */
export type Check = (facts: Facts) => Finding[]

/** The findings of one check, said the same way everywhere. */
export function about(check: string) {
  return {
    ok: (says: string): Finding => ({ level: 'ok', check, says, next: undefined }),
    warn: (says: string, next: string): Finding => ({ level: 'warn', check, says, next }),
    fail: (says: string, next: string): Finding => ({ level: 'fail', check, says, next }),
  }
}
