import type { InspectedTarball } from '#common/tarball/index.ts'
import { type Html, type HtmlValue, html } from './html.ts'
import { buttonForm, facts, layout, time } from './layout.ts'
import { tarballFacts } from './tarball-facts.ts'

export interface ApprovalView {
  path: string
  formToken: string
  /** Of the person who decides. */
  handle: string
  /** One sentence, lower case at the start: "publish @acme.test/hello@1.0.0 as latest". */
  summary: string
  org: string
  requester: { address: string; client: string }
  openedAt: Date
  expiresAt: Date
  /** What the operation says, beside what the tarball shows. */
  input: Readonly<Record<string, unknown>>
  tarball: InspectedTarball | undefined
  /** DID → handle, of people the operation names. */
  people: ReadonlyMap<string, string>
}

/** What will happen, in full, before the person goes to the IdP to say yes (DESIGN §2, step 2). */
export function approvalPage(view: ApprovalView): Html {
  const { path, formToken, handle, summary, org, requester, openedAt, expiresAt, tarball } = view
  const form = { action: path, formToken }
  return layout({
    title: `Approve: ${summary}?`,
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
${facts(inputRows(view))}
${tarball !== undefined && tarballFacts(tarball)}
${buttonForm({ ...form, label: 'Approve', primary: true, fields: { decision: 'approve' } })}
${buttonForm({ ...form, label: 'Deny', fields: { decision: 'deny' } })}`,
  })
}

const labels: Record<string, string> = {
  name: 'Name',
  version: 'Version',
  tag: 'Tag',
  integrity: 'Integrity',
  shasum: 'Shasum',
  size: 'Tarball, bytes',
  record: 'Record',
  createdAt: 'Created',
  description: 'Description',
  members: 'Members',
  retired: 'Retired',
  id: 'Key',
  subject: 'For',
  action: 'Action',
  packages: 'Packages',
  effect: 'Effect',
}

/** Every field of the operation is shown, known to this page or not: what is signed is what is seen. */
function inputRows({ input, people }: ApprovalView): [string, HtmlValue][] {
  return Object.entries(input).map(([field, value]) => [labels[field] ?? field, shown(value, people)])
}

function shown(value: unknown, people: ReadonlyMap<string, string>): HtmlValue {
  if (Array.isArray(value)) {
    if (value.length === 0) return 'nobody'
    return html`<ul>${value.map((item) => html`<li>${shown(item, people)}</li>`)}</ul>`
  }
  if (typeof value !== 'string') return html`<code>${JSON.stringify(value)}</code>`
  const handle = people.get(value)
  return handle === undefined ? html`<code>${value}</code>` : html`${handle} <code>${value}</code>`
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
