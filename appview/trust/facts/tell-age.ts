import { stanceBy, type Teller } from '../trust-fact.ts'

const minuteMs = 60_000

/** When it was first seen here, and how old it counts. */
export const tellAge: Teller = (told) => {
  const { facts } = told.known
  const { firstSeenAt, publishedAt, now, source } = facts
  const asked = told.policy[source].minAge
  const says = `It is ${ageInWords(now - publishedAt.getTime())} old; the policy asks for ${asked}.`
  return [
    { fact: 'first-seen', stance: 'neutral', says: 'This registry saw it first then.', at: firstSeenAt.toISOString() },
    { fact: 'age', stance: stanceBy(told, ['minimum-age'], 'for'), says, at: publishedAt.toISOString() },
  ]
}

/** In the largest unit of which it is at least two. */
function ageInWords(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / minuteMs))
  if (minutes < 2 * 60) return `${minutes} minutes`
  const hours = Math.floor(minutes / 60)
  return hours < 2 * 24 ? `${hours} hours` : `${Math.floor(hours / 24)} days`
}
