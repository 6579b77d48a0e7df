import { pageOf } from '../page-of.ts'
import { stanceBy, type Teller } from '../trust-fact.ts'

/** Where it was built, by its own account, and whether that verifies. */
export const tellProvenance: Teller = (told) => {
  const { provenance, purge } = told.known.facts
  const fact = 'provenance'
  if (provenance === undefined) {
    const stance = stanceBy(told, ['require-provenance', 'lost-provenance'], 'neutral')
    return [{ fact, stance, says: 'It has no provenance: nothing proves where it was built.' }]
  }
  if (purge !== undefined && provenance.state === 'unread') {
    return [{ fact, stance: 'neutral', says: 'It had provenance, which was deleted with it.' }]
  }
  if (provenance.state === 'unread') {
    const stance = stanceBy(told, ['provenance'], 'neutral')
    return [{ fact, stance, says: 'It has provenance, which was not looked at yet.' }]
  }
  if (provenance.state !== 'verified') {
    const what = provenance.state === 'mismatch' ? 'is not of the declared source' : 'does not verify'
    return [{ fact, stance: 'against', says: `Its provenance ${what} (${provenance.reason}).` }]
  }
  const { repository, commit, workflow, byDeclaredSource } = provenance
  const at = commit === undefined ? '' : ` at ${commit}`
  const how = workflow === undefined ? '' : ` by ${workflow}`
  const declared = byDeclaredSource ? ', the source its package declares' : ''
  return [
    {
      fact,
      stance: stanceBy(told, ['provenance', 'require-provenance'], 'for'),
      says: `It was built from ${repository}${at}${how}${declared}.`,
      ...pageOf(repository),
    },
  ]
}
