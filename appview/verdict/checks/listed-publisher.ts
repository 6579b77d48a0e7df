import type { Check } from '../check.ts'

/** DESIGN §4: long enough for an organisation to notice that somebody put a stranger on its list. */
const waitMs = 72 * 3_600_000

/** Whoever attests a public version has been on its organisation's list for a while. */
export const listedPublisher: Check = {
  name: 'listed-publisher',
  look({ inPublic, now }) {
    if (inPublic?.attested === undefined) return undefined
    const { by, listedAt } = inPublic.attested
    const until = listedAt.getTime() + waitMs
    if (now >= until) return undefined
    const reason = `${by}, who attests it, has been listed as a publisher for less than 72 hours`
    return { kind: 'hold', reason, remedy: 'install an earlier version, or wait', until: new Date(until).toISOString() }
  },
}
