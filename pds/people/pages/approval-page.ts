import type { Review } from '../approve/index.ts'
import { type Html, type HtmlValue, html } from './html.ts'
import { buttonForm, facts, layout, time } from './layout.ts'
import { nameInSentence, type People } from './operation-facts.ts'
import { operationSections } from './operation-sections.ts'
import { approvalsPath } from './return-path.ts'

export interface ApprovalView extends Review {
  path: string
  formToken: string
  /** The person who decides. */
  did: string
  handle: string
  requester: { address: string; client: string }
  openedAt: Date
  expiresAt: Date
  people: People
  /** How many more operations of the same token wait. */
  others: number
}

/** What will happen, in full, before the person goes to the IdP to say yes (DESIGN §2, step 2). */
export function approvalPage(view: ApprovalView): Html {
  const { path, formToken, handle, org, requester, openedAt, expiresAt, people, others, isOwn } = view
  const form = { action: path, formToken }
  return layout({
    title: `Approve: ${nameInSentence(view.summary, people)}?`,
    handle,
    body: html`
<p>Your token asked for this. Approve it only if you started it yourself: it will stand in your name.</p>
${facts([
  [isOwn ? 'Account' : 'Organisation', org],
  ['Asked from', requester.address],
  ['Program', requester.client],
  ['Asked at', time(openedAt)],
  ['Valid until', time(expiresAt)],
])}
${othersWait(others)}
${operationSections(view, { level: 2, id: 'operation' })}
${buttonForm({ ...form, label: 'Approve', primary: true, fields: { decision: 'approve' } })}
${buttonForm({ ...form, label: 'Deny', fields: { decision: 'deny' } })}`,
  })
}

/** The way to approve a monorepo's packages with one second factor. */
function othersWait(others: number): HtmlValue {
  if (others === 0) return undefined
  const [count, verb, them] =
    others === 1 ? ['One other operation', 'waits', 'both'] : [`${others} other operations`, 'wait', 'all']
  return html`<p>${count} of this token ${verb}, too. <a href="${approvalsPath}">Review and approve ${them} together</a></p>`
}
