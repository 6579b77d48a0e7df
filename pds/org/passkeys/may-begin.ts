/** When somebody may add a passkey that no other one vouches for. */
export interface BeginFacts {
  /** When the identity provider's word about them was bound here. */
  boundAt: Date
  /** What an administrator laid down since. */
  reset: { from: Date; until: Date } | undefined
}

const minute = 60_000

/** How long after their enrolment people may register the first one. */
export const firstPasskeyMs = 15 * minute
/** How long the owner of the passkeys that were taken away has to notice. */
export const resetWaitMs = 24 * 60 * minute
/** How long after a reset, and its waiting time, people may begin again. */
export const resetWindowMs = 24 * 60 * minute

/**
 * Whether a first passkey counts now. Nothing but the identity provider vouches for it, and that answers silently: whoever holds
 * the people PDS at that moment could put a key of their own in its place. So the moment is short.
 * @returns undefined when it does, otherwise why not
 */
export function whyNotBegin({ boundAt, reset }: BeginFacts, now: number): string | undefined {
  if (reset === undefined) return now < boundAt.getTime() + firstPasskeyMs ? undefined : tooLate
  if (now < reset.from.getTime())
    return `an administrator reset yours, and a new one can be added from ${reset.from.toISOString()} on`
  return now < reset.until.getTime() ? undefined : tooLate
}

const tooLate =
  `a first passkey can be added within ${firstPasskeyMs / minute} minutes of your first sign-in. ` +
  'Later an administrator has to let you: "atoll person reset-passkeys"'
