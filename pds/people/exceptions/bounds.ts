/** How long a request waits for an answer; afterwards it is asked again, or was not needed. */
export const openDays = 30
/** Of one person, at a time. */
export const maxOpenPerPerson = 20
/** Of one person, within a day, answered or not. */
export const maxPerDay = 50
/** Of all people, at a time: what nobody reads is no queue. */
export const maxOpen = 2_000
export const maxReasonLength = 2_000

const dayMs = 24 * 60 * 60 * 1000

export function daysBefore(now: number, days: number): Date {
  return new Date(now - days * dayMs)
}
