import { type Outcome, rules } from '../outcome.ts'

/** One line of the table. */
export interface Row extends Record<string, unknown> {
  package: string
  state: string
  rule: string | undefined
  reason: string | undefined
}

/** A row for each finding; for what is in order one without, if `all` is asked for. */
export function toRows(outcomes: readonly Outcome[], { all }: { all: boolean }): Row[] {
  return outcomes.flatMap(({ locked, state, findings }): Row[] => {
    const about = `${locked.name}@${locked.version}`
    if (findings.length === 0) return all ? [{ package: about, state, rule: undefined, reason: undefined }] : []
    return findings.map(({ rule, reason }) => {
      return { package: about, state: rules[rule].level === 'error' ? 'failed' : 'warning', rule, reason }
    })
  })
}

/** "412 packages: 30 internal proven, 4 of the public network proven, 376 public allowed, 2 failed; 1 warning." */
export function summarize(outcomes: readonly Outcome[]): string {
  const count = (state: Outcome['state']) => outcomes.filter((outcome) => outcome.state === state).length
  const warnings = outcomes.flatMap(({ findings }) =>
    findings.filter(({ rule }) => rules[rule].level === 'warning'),
  ).length
  const ofPublic = outcomes.filter(({ state, network }) => state === 'proven' && network === 'public').length
  const parts = [
    `${count('proven') - ofPublic} internal proven`,
    ...(ofPublic === 0 ? [] : [`${ofPublic} of the public network proven`]),
    ...(count('believed') === 0 ? [] : [`${count('believed')} believed in part`]),
    `${count('allowed')} public allowed`,
    `${count('failed')} failed`,
  ]
  const counted = `${outcomes.length} package${outcomes.length === 1 ? '' : 's'}: ${parts.join(', ')}`
  return warnings === 0 ? `${counted}.` : `${counted}; ${warnings} warning${warnings === 1 ? '' : 's'}.`
}
