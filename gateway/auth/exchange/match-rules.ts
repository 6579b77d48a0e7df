import type { CiRule } from '../../config.ts'

type Claims = Readonly<Record<string, unknown>>

/** @param org handle, where the job says which organisation's token it wants */
export function findRule(rules: readonly CiRule[], claims: Claims, org: string | undefined): CiRule | undefined {
  return rules.find((rule) => (org === undefined || rule.org === org) && mismatchesOf(rule, claims).length === 0)
}

/**
 * Why none of the rules matches, with what the token says instead: it is shown to the job, whose own token that is.
 * @returns undefined when there is no rule for that organisation
 */
export function explainMismatch(rules: readonly CiRule[], claims: Claims, org: string | undefined): string | undefined {
  const reasons = rules
    .filter((rule) => org === undefined || rule.org === org)
    .map((rule) => `for ${rule.org}, ${mismatchesOf(rule, claims).join(' and ')}`)
  return reasons.length === 0 ? undefined : [...new Set(reasons)].slice(0, maxReasons).join('; ')
}

const maxReasons = 5
const maxShown = 128

function mismatchesOf({ claims: expected }: CiRule, claims: Claims): string[] {
  return Object.entries(expected)
    .filter(([name, value]) => textOf(own(claims, name)) !== String(value))
    .map(([name]) => `${name} is ${textOf(own(claims, name))?.slice(0, maxShown) ?? 'not there'}`)
}

/** GitHub says ids as strings, YAML reads them as numbers; lists and objects equal nothing. */
function textOf(value: unknown): string | undefined {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined
}

function own(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined
}
