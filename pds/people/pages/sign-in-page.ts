import { enrolmentRefusedWarning } from './enrolment-refused-page.ts'
import type { Html } from './html.ts'
import { html } from './html.ts'
import { buttonForm, facts, layout, time } from './layout.ts'
import { passkeysPath } from './return-path.ts'

export interface SignInView {
  path: string
  formToken: string
  /** Of the person who is signed in with this browser. */
  handle: string
  requester: { address: string; client: string }
  openedAt: Date
  /** The person typed a code that it shows. */
  device: boolean
  /** This browser's address, where it is another than the requester's. */
  otherAddress: string | undefined
  /** The org PDS has bound the account otherwise. */
  enrolRefused: boolean
}

/** Who asks for a token, before it is given: signing in never completes by itself (DESIGN §2). */
export function signInPage(view: SignInView): Html {
  const { path, formToken, handle, requester, openedAt, device, otherAddress, enrolRefused } = view
  const form = { action: path, formToken }
  return layout({
    title: device ? 'Sign in that machine?' : 'Sign in to the registry?',
    handle,
    body: html`
<p>${device ? 'The machine that shows your code' : 'A package manager'} asks to act as <strong>${handle}</strong>. Go on only if you started it yourself, just now.</p>
${facts([
  ['Asked from', requester.address],
  ['Program', requester.client],
  ['Asked at', time(openedAt)],
])}
${enrolRefused && enrolmentRefusedWarning}
${device ? deviceWarning(requester.address) : otherAddress !== undefined && differsWarning(otherAddress)}
${buttonForm({ ...form, label: 'Sign in', primary: true, fields: { decision: 'confirm' } })}
${buttonForm({ ...form, label: 'This was not me', fields: { decision: 'refuse' } })}`,
  })
}

/** Who talks somebody into typing a code gets in as them (RFC 8628, section 5.4). */
function deviceWarning(address: string): Html {
  return html`<div class="warning" role="alert">
<p><strong>Is ${address} the machine you typed the command on?</strong> Whoever sits there gets in as you, and stays in until the
token ends. If somebody gave you the code, in whatever name, it is theirs. You will be asked for your second factor.</p>
</div>`
}

function differsWarning(address: string): Html {
  return html`<div class="warning" role="alert">
<p><strong>This browser is somewhere else:</strong> it comes from ${address}. That is normal if you work on a remote machine.
If somebody sent you this link, it is not. You will be asked for your second factor.</p>
</div>`
}

/** @param person.lacksPasskey they could approve nothing yet */
export function signedInPage({ handle, lacksPasskey }: { handle: string; lacksPasskey: boolean }): Html {
  return layout({
    title: 'Signed in',
    handle,
    body: html`<p>The registry now knows this package manager as <strong>${handle}</strong>. ${!lacksPasskey && 'You can close this window.'}</p>
${lacksPasskey && addPasskeyNow}`,
  })
}

const addPasskeyNow = html`<p class="warning"><strong>Add a passkey now:</strong> what you publish is signed by one, and the first can be
added by yourself for a quarter of an hour only. <a href="${passkeysPath}">Add a passkey</a></p>`
