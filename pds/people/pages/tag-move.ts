import type { TagMove } from '../approve/index.ts'
import { type Html, html } from './html.ts'
import { type HeadingLevel, heading } from './layout.ts'

/** Where a tag is now, and where it would go: whoever installs without saying a version follows it. */
export function tagMoveSection(
  move: TagMove,
  { tag, level, id }: { tag: string; level: HeadingLevel; id: string },
): Html {
  return html`<section aria-labelledby="move-${id}">
${heading(level, 'What changes', `move-${id}`)}
${moveShown(move, tag)}
</section>`
}

function moveShown(move: TagMove, tag: string): Html {
  switch (move.kind) {
    case 'new':
      return html`<p>The tag is new: nothing is called <code>${tag}</code> now.</p>`
    case 'moves': {
      const { from, to, back } = move
      if (from === to) return html`<p>Nothing: <code>${tag}</code> names ${to} already.</p>`
      if (back)
        return html`<p class="warning">This <strong>moves ${tag} back from ${from} to ${to}</strong>, an older version.</p>`
      return html`<p>This moves ${tag} from ${from} to ${to}.</p>`
    }
    case 'unreachable':
      return html`<p class="warning">Where the tag is now could not be read. You can load this page again in a minute, or decide
from what you know.</p>`
    case 'unproven':
      return html`<p class="warning"><strong>What was read as the tag does not verify.</strong> Ask those who run this registry before
you approve.</p>`
  }
}
