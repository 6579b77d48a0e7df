import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn } = about('promotions')

const dayMs = 24 * 60 * 60 * 1000
/** After so many days somebody has forgotten it. */
const patienceDays = 7

/** What was asked to be public is decided, and what was approved becomes so. */
export const checkPromotions: Check = ({ promotions = [], now }) => {
  const live = promotions.filter(({ state }) => state !== 'withdrawn')
  const stopped = live.flatMap(({ name, problem }) =>
    problem === undefined
      ? []
      : [warn(`${name} is not public as it was approved: ${problem}`, `see "atoll promote status ${name}"`)],
  )
  const undecided = live.flatMap(({ name, state, askedAt }) => {
    const days = Math.floor((now - askedAt) / dayMs)
    if (state !== 'requested' || days < patienceDays) return []
    const next = `approve it, "atoll promote approve ${name}", or say no: "atoll promote withdraw ${name}"`
    return [warn(`nobody decided for ${days} days whether ${name} is to be public`, next)]
  })
  if (stopped.length + undecided.length > 0) return [...stopped, ...undecided]
  return live.length === 0 ? [] : [ok(`what was to be public (${live.length}) is, or is on its way`)]
}
