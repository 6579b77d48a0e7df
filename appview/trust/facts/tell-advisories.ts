import { pageOf } from '../page-of.ts'
import type { Teller } from '../trust-fact.ts'

/** What is known to be wrong with it, or put right in it. */
export const tellAdvisories: Teller = ({ known: { facts } }) =>
  facts.advisories.map(({ id, source, severity, title, url, affected, record }) => ({
    fact: 'advisory',
    stance: affected ? 'against' : 'for',
    says: affected
      ? `It is affected by ${id} (${severity}): ${title}.`
      : `It puts right ${id} (${severity}): ${title}.`,
    by: source,
    ...(record === undefined ? pageOf(url) : { proof: record }),
  }))
