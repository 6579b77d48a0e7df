import type { Review } from '../approve/index.ts'
import { comparisonSection } from './comparison.ts'
import { type Html, html } from './html.ts'
import { buttonForm, facts, layout, time } from './layout.ts'
import { nameInSentence, operationFacts, type People } from './operation-facts.ts'
import { tarballFacts } from './tarball-facts.ts'

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
}

/** What will happen, in full, before the person goes to the IdP to say yes (DESIGN §2, step 2). */
export function approvalPage(view: ApprovalView): Html {
  const { path, formToken, did, handle, org, requester, openedAt, expiresAt, publish, input, people } = view
  const form = { action: path, formToken }
  return layout({
    title: `Approve: ${nameInSentence(view.summary, people)}?`,
    handle,
    body: html`
<p>Your token asked for this. Approve it only if you started it yourself: it will stand in your name.</p>
${facts([
  ['Organisation', org],
  ['Asked from', requester.address],
  ['Program', requester.client],
  ['Asked at', time(openedAt)],
  ['Valid until', time(expiresAt)],
])}
<h2>What will be written</h2>
${operationFacts(input, people)}
${publish !== undefined && comparisonSection({ comparison: publish.comparison, did, tag: String(input['tag']) })}
${publish !== undefined && tarballFacts(publish.tarball)}
${buttonForm({ ...form, label: 'Approve', primary: true, fields: { decision: 'approve' } })}
${buttonForm({ ...form, label: 'Deny', fields: { decision: 'deny' } })}`,
  })
}

export interface CodeView {
  handle: string
  summary: string
  code: string
  expiresAt: Date
}

/** For clients that ask for a one-time password; npm has fetched it by itself already. */
export function codePage({ handle, summary, code, expiresAt }: CodeView): Html {
  return layout({
    title: 'Approved',
    handle,
    body: html`<p>You approved: ${summary}. You can close this window; npm goes on by itself.</p>
<p>If your package manager asks for a one-time password, give it this:</p>
<p class="code">${code}</p>
<p>It works once, for this operation only, until ${time(expiresAt)}.</p>`,
  })
}
