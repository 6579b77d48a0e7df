import { enrolmentRefusedWarning } from './enrolment-refused-page.ts'
import type { Html } from './html.ts'
import { html } from './html.ts'
import { buttonForm, facts, layout, time } from './layout.ts'

export interface SignInView {
  path: string
  formToken: string
  /** Of the person who is signed in with this browser. */
  handle: string
  requester: { address: string; client: string }
  openedAt: Date
  /** This browser's address, where it is another than the requester's. */
  otherAddress: string | undefined
  /** The org PDS has bound the account otherwise. */
  enrolRefused: boolean
}

/** Who asks for a token, before it is given: signing in never completes by itself (DESIGN §2). */
export function signInPage(view: SignInView): Html {
  const { path, formToken, handle, requester, openedAt, otherAddress, enrolRefused } = view
  const form = { action: path, formToken }
  return layout({
    title: 'Sign in to the registry?',
    handle,
    body: html`
<p>A package manager asks to act as <strong>${handle}</strong>. Go on only if you started it yourself, just now.</p>
${facts([
  ['Asked from', requester.address],
  ['Program', requester.client],
  ['Asked at', time(openedAt)],
])}
${enrolRefused && enrolmentRefusedWarning}
${otherAddress !== undefined && differsWarning(otherAddress)}
${buttonForm({ ...form, label: 'Sign in', primary: true, fields: { decision: 'confirm' } })}
${buttonForm({ ...form, label: 'This was not me', fields: { decision: 'refuse' } })}`,
  })
}

function differsWarning(address: string): Html {
  return html`<div class="warning" role="alert">
<p><strong>This browser is somewhere else:</strong> it comes from ${address}. That is normal if you work on a remote machine.
If somebody sent you this link, it is not. You will be asked for your second factor.</p>
</div>`
}

export function signedInPage(handle: string): Html {
  return layout({
    title: 'Signed in',
    handle,
    body: html`<p>The registry now knows this package manager as <strong>${handle}</strong>. You can close this window.</p>`,
  })
}
