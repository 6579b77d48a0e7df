import type { Approval, WaitingReview } from '../approve/index.ts'
import { approvedCode } from './code-pages.ts'
import { changeWarnings } from './comparison.ts'
import { type Html, type HtmlValue, html } from './html.ts'
import { facts, formOf, heading, layout, submitButton, time } from './layout.ts'
import { nameInSentence, type People } from './operation-facts.ts'
import { operationSections } from './operation-sections.ts'
import { approvalsPath } from './return-path.ts'
import { runsOnInstall } from './tarball-facts.ts'

/** Operations that came from the same place with the same token: what may be approved together. */
export interface WaitingGroup {
  /** Of the first one; all have the same address. */
  requester: Approval['requester']
  waiting: WaitingReview[]
}

/** Operations whose one code was not used yet. */
export interface ApprovedGroup {
  code: string
  expiresAt: Date
  summaries: string[]
}

export interface ApprovalsView {
  formToken: string
  did: string
  handle: string
  groups: readonly WaitingGroup[]
  approved: readonly ApprovedGroup[]
  people: People
}

/** A checkbox's name says what it selects: keys of approvals come after this. */
export const selectionPrefix = 'select-'

/** Everything that waits for a person, to be reviewed and approved with one second factor. */
export function approvalsPage(view: ApprovalsView): Html {
  const { handle, groups, approved } = view
  return layout({
    title: groups.length === 0 ? 'Nothing waits for you' : 'Waiting for your approval',
    handle,
    body: html`${groups.length > 0 && html`<p>Your tokens asked for this. Approve only what you started yourself: it will stand in your name.</p>`}
${groups.map((group, at) => groupSection(view, group, `group-${at}`))}
${approved.length > 0 && html`<h2>Approved, and not used yet</h2>`}
${approved.map((group) => approvedSection(group))}
<p><a href="${approvalsPath}">Look again</a></p>`,
  })
}

function groupSection(view: ApprovalsView, { requester, waiting }: WaitingGroup, id: string): Html {
  const ready = waiting.filter((one) => 'review' in one)
  const refused = waiting.filter((one) => 'problem' in one)
  const content = html`<fieldset>
<legend>What you approve</legend>
<ul class="plain">${ready.map((one) => readyItem(view, one))}</ul>
</fieldset>
${submitButton({ label: 'Approve what is selected', primary: true, field: ['decision', 'approve'] })}
${submitButton({ label: 'Deny what is selected', field: ['decision', 'deny'] })}`
  return html`<section aria-labelledby="${id}">
${heading(2, html`Asked from ${requester.address}`, id)}
${facts([['Program', requester.client]])}
${ready.length > 0 && formOf({ action: approvalsPath, formToken: view.formToken, content })}
${refused.length > 0 && refusedList(refused)}
</section>`
}

function readyItem(view: ApprovalsView, { approval, review }: Extract<WaitingReview, { review: object }>): Html {
  const { id, openedAt, expiresAt } = approval
  const { people, did } = view
  const sections = operationSections({ ...review, did, people }, { level: 3, id })
  return html`<li>
<input type="checkbox" id="${id}" name="${selectionPrefix}${id}" value="yes" checked>
<label for="${id}">${nameInSentence(review.summary, people)}</label>
${warnings(review)}
<details>
<summary>Details<span class="unseen"> of: ${nameInSentence(review.summary, people)}</span></summary>
${facts([
  [review.isOwn ? 'Account' : 'Organisation', review.org],
  ['Asked at', time(openedAt)],
  ['Valid until', time(expiresAt)],
])}
${sections}
</details>
</li>\n`
}

/** Seen without opening anything. */
function warnings({ publish, input }: Extract<WaitingReview, { review: object }>['review']): HtmlValue {
  if (publish === undefined) return undefined
  const { comparison, tarball } = publish
  const [changes, note] =
    comparison.kind === 'changes'
      ? [changeWarnings(comparison, String(input['tag'])), undefined]
      : [[], notes[comparison.kind]]
  return [runsOnInstall(tarball), ...changes, note]
}

const notes = {
  first: html`<p>The first version of this package.</p>`,
  untagged: html`<p>There is no version tagged <code>latest</code> to compare with.</p>`,
  unreachable: html`<p class="warning">It could not be compared with the last version just now.</p>`,
  unproven: html`<p class="warning"><strong>What was read as the last version does not verify.</strong></p>`,
}

function refusedList(refused: readonly Extract<WaitingReview, { problem: string }>[]): Html {
  return html`${heading(3, 'Cannot be approved now')}
<ul>${refused.map(({ summary, problem }) => html`<li>${summary}: ${problem}</li>\n`)}</ul>`
}

function approvedSection({ code, expiresAt, summaries }: ApprovedGroup): Html {
  return html`${approvedCode({ code, expiresAt, count: summaries.length })}
<ul>${summaries.map((summary) => html`<li>${summary}</li>\n`)}</ul>`
}
