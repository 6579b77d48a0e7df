import { type Html, html } from './html.ts'
import { facts, layout } from './layout.ts'
import { switchAccountButton } from './notice-page.ts'

export interface RefusedAccount {
  did: string
  handle: string
  issuer: string
  subject: string
}

/** In place of an approval, for somebody whose approvals the org PDS would not take. */
export function enrolmentRefusedPage(account: RefusedAccount, back: { formToken: string; returnTo: string }): Html {
  const { did, handle, issuer, subject } = account
  return layout({
    title: 'This account cannot approve',
    handle,
    body: html`
<p>An account counts only for the one identity that the organisation PDS has bound it to, at its first sign-in. It has bound
this identity to another account already, or this account to another identity. Nothing was approved, and nothing is lost.</p>
<h2>What you can do</h2>
<ul>
<li>If you have several accounts at the identity provider, use the one you signed in with at first.</li>
<li>Otherwise ask those who run this registry: two administrators together can change a binding. Tell them this:</li>
</ul>
${facts([
  ['Account here', html`${handle} <code>${did}</code>`],
  ['Identity provider', html`<code>${issuer}</code>`],
  ['Your identity there', html`<code>${subject}</code>`],
])}
${switchAccountButton(back)}`,
  })
}

/** Beside a sign-in, which goes on without approvals. */
export const enrolmentRefusedWarning = html`<div class="warning" role="alert">
<p><strong>This account cannot approve:</strong> the organisation PDS has bound it, or your identity, otherwise already. You
can sign in and install, but not publish. Use another account, or ask two administrators to change the binding.</p>
</div>`
