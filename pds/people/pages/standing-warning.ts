import type { Server } from '#common/xrpc/index.ts'
import { activeGrants, type BreakGlassGrant } from '../break-glass/index.ts'
import type { PeopleContext } from '../context.ts'
import { type Html, type HtmlValue, html } from './html.ts'
import { standingWarningPlace, time } from './layout.ts'

/** While somebody manages an organisation by break-glass, every page says so, whoever looks at it and whatever it is about. */
export function addStandingWarning(pages: Server, context: PeopleContext): void {
  pages.addHook('onSend', async (request, _reply, payload) => {
    if (typeof payload !== 'string') return payload
    const grants = await activeGrants(context).catch((err: unknown) => {
      // A page that says that the database is down must not fail for the same reason.
      request.log.warn({ err }, 'cannot see whether there is something to warn of')
      return []
    })
    if (grants.length === 0) return payload
    // The first place is ours: whatever else a page shows is escaped.
    return payload.replace(standingWarningPlace.markup, () => warning(grants).markup)
  })
}

function warning(grants: readonly BreakGlassGrant[]): Html {
  return html`<div class="warning" role="note" aria-label="Break-glass">
${grants.map((grant) => oneGrant(grant))}
</div>`
}

function oneGrant({ handle, orgHandle, until }: BreakGlassGrant): HtmlValue {
  return html`<p><strong>Break-glass:</strong> ${handle} manages ${orgHandle} until ${time(until)}. If you did not expect
that, ask those who run this registry.</p>`
}
