import type { Labelled, Review } from '../approve/index.ts'
import { comparisonSection } from './comparison.ts'
import { type Html, html } from './html.ts'
import { importFacts } from './import-facts.ts'
import type { HeadingLevel } from './layout.ts'
import { heading } from './layout.ts'
import { operationFacts, type People } from './operation-facts.ts'
import { provenanceSection } from './provenance-section.ts'
import { tagMoveSection } from './tag-move.ts'
import { tarballFacts } from './tarball-facts.ts'

export interface OperationView extends Review {
  /** The person who decides. */
  did: string
  people: People
}

/**
 * Everything an operation is judged by: what it changes, what is in the package, what it writes. Digests come last:
 * people decide by what is new, and should not have to look for it.
 * @param place.level of its headings
 * @param place.id different for each operation on a page
 */
export function operationSections(view: OperationView, place: { level: HeadingLevel; id: string }): Html {
  const { input, consequence, people, publish, tagMove, imported, labelled, did, isRecord } = view
  return html`${tagMove !== undefined && tagMoveSection(tagMove, { tag: String(input['tag']), ...place })}
${publish !== undefined && comparisonSection({ comparison: publish.comparison, did, tag: String(input['tag']), ...place })}
${publish?.provenance !== undefined && provenanceSection(publish.provenance, place.level)}
${publish !== undefined && tarballFacts(publish.tarball, place.level)}
${imported !== undefined && importFacts(imported, place.level)}
${heading(place.level, isRecord ? 'What will be written' : 'val' in input ? 'The label' : 'The token')}
${consequence !== undefined && html`<p>${consequence}</p>`}
${labelled !== undefined && html`<p>${labelledNow(labelled)}</p>`}
${operationFacts(input, people)}`
}

function labelledNow({ total, versions }: Labelled): string {
  if (total === 0) return 'No version that is known here is meant now.'
  const more = total > versions.length ? ` and ${total - versions.length} more` : ''
  return `Meant now: ${total} ${total === 1 ? 'version' : 'versions'}: ${versions.join(', ')}${more}.`
}
