import type { ApprovalState } from '../state/index.ts'
import { type Html, html } from './html.ts'
import { layout, time } from './layout.ts'
import { approvalsPath } from './return-path.ts'

export interface CodeView {
  handle: string
  summary: string
  code: string
  expiresAt: Date
  /** It was approved in a batch. */
  together: boolean
}

/** For clients that ask for a one-time password; npm has fetched it by itself already. */
export function codePage({ handle, summary, code, expiresAt, together }: CodeView): Html {
  return layout({
    title: 'Approved',
    handle,
    body: html`<p>You approved: ${summary}. You can close this window; npm goes on by itself.</p>
${approvedCode({ code, expiresAt, count: together ? undefined : 1 })}`,
  })
}

export interface BatchView {
  handle: string
  code: string
  expiresAt: Date
  /** Every operation of the batch that is not expired, and what became of it. */
  members: readonly { summary: string; state: ApprovalState }[]
}

const outcomes: Record<ApprovalState, string> = {
  open: 'waits for your approval',
  approved: 'approved',
  redeemed: 'done',
  denied: 'denied',
  burned: 'not valid any more: its code was guessed too often',
  replaced: 'asked for again, and only the newest counts',
}

/** After the one second factor: the one code, and what it works for. */
export function batchPage({ handle, code, expiresAt, members }: BatchView): Html {
  const approved = members.filter(({ state }) => state === 'approved')
  const open = members.some(({ state }) => state === 'open')
  return layout({
    title: approved.length > 0 ? 'Approved' : 'Nothing left to do',
    handle,
    body: html`${approved.length > 0 && approvedCode({ code, expiresAt, count: approved.length })}
<h2>What became of each</h2>
<ul>${members.map(({ summary, state }) => html`<li>${summary}: ${outcomes[state]}</li>\n`)}</ul>
${open && html`<p>What still waits was left out. <a href="${approvalsPath}">Look at it again</a></p>`}`,
  })
}

/** @param of.count operations it works for; undefined when it is those of a batch, however many they are */
export function approvedCode({ code, expiresAt, count }: { code: string; expiresAt: Date; count: number | undefined }) {
  const uses =
    count === 1
      ? 'for this operation only'
      : `for each of the ${count === undefined ? '' : `${count} `}operations you approved together`
  return html`<p>If your package manager asks for a one-time password, give it this:</p>
<p class="code">${code}</p>
<p>It works once ${uses}, until ${time(expiresAt)}.</p>`
}
