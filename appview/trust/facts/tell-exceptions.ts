import type { Teller } from '../trust-fact.ts'

/** Who decided that checks do not stop it. */
export const tellExceptions: Teller = ({ known: { facts } }) =>
  facts.exceptions.map(({ uri, cid, checks, until, reason, by }) => {
    const isOver = Date.parse(until) <= facts.now
    const says = `An exception from ${checks.join(', ')} ${isOver ? 'ended' : 'lasts until'} ${until}: ${reason}.`
    return { fact: 'exception', stance: isOver ? 'neutral' : 'for', says, by, proof: { uri, cid } }
  })
