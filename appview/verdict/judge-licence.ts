import parseSpdx from 'spdx-expression-parse'
import satisfies from 'spdx-satisfies'
import type { LicenceRules } from '#common/policy/index.ts'

type Expression = ReturnType<typeof parseSpdx>

export interface JudgedLicence {
  outcome: 'allow' | 'warn' | 'hold' | 'block'
  reason: string
}

const fine: JudgedLicence = { outcome: 'allow', reason: '' }

/** What policy says of a licence as a manifest names it. Of alternatives (`MIT OR GPL-3.0-only`) one that is fine is enough. */
export function judgeLicence(
  named: string | undefined,
  { allow, deny, missing, unparsable }: LicenceRules,
): JudgedLicence {
  if (allow === undefined && deny.length === 0) return fine
  if (named === undefined || named.trim() === '') return { outcome: missing, reason: 'it names no licence' }
  const expression = parse(named)
  if (expression === undefined)
    return { outcome: unparsable, reason: `nobody can tell what its licence "${named}" allows` }
  if (!isAcceptable(expression, (one) => deny.length === 0 || !satisfies(one, deny))) {
    return { outcome: 'block', reason: `its licence ${named} is denied by policy` }
  }
  if (allow === undefined || isAcceptable(expression, (one) => satisfies(one, allow))) return fine
  return { outcome: 'block', reason: `its licence ${named} is none that policy allows` }
}

function parse(named: string): Expression | undefined {
  try {
    return parseSpdx(named)
  } catch {
    return undefined
  }
}

function isAcceptable(expression: Expression, accepts: (one: string) => boolean): boolean {
  if ('license' in expression) return accepts(nameOf(expression))
  const { left, conjunction, right } = expression
  const parts = [left, right].map((part) => isAcceptable(part, accepts))
  return conjunction === 'or' ? parts.includes(true) : !parts.includes(false)
}

function nameOf({ license, plus, exception }: Extract<Expression, { license: string }>): string {
  return `${license}${plus === true ? '+' : ''}${exception === undefined ? '' : ` WITH ${exception}`}`
}
