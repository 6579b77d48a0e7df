import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn, fail } = about('clock')
const worthASentence = 5
// ID tokens are taken for 120 s around their time of authentication.
const tooMuch = 60

/** Approvals are a matter of seconds, at the identity provider and here. */
export const checkClocks: Check = ({ providers, postgres }) => {
  const others = [
    ...providers.map(({ issuer, skewSeconds }) => ({ who: issuer, skewSeconds })),
    { who: 'Postgres', skewSeconds: postgres?.skewSeconds },
  ]
  return others.flatMap(({ who, skewSeconds }) => {
    if (skewSeconds === undefined) return []
    const far = Math.abs(Math.round(skewSeconds))
    if (far < worthASentence) return [ok(`agrees with ${who}`)]
    const says = `is ${far} s ${skewSeconds > 0 ? 'behind' : 'ahead of'} that of ${who}`
    return [far > tooMuch ? fail(says, 'set the clock by NTP: approvals fail') : warn(says, 'set the clock by NTP')]
  })
}
