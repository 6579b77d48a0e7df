import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { passkeyForm } from './passkey-form.ts'
import { passkeysPath } from './return-path.ts'
import { passkeyScripts } from './scripts.ts'

export interface SigningView {
  path: string
  formToken: string
  handle: string
  /** What is signed, as a sentence goes on. */
  what: string
  /** What an authenticator is asked for. */
  options: object
}

/** The second factor where the identity provider has none: a passkey signs what the provider is asked to sign next. */
export function signingPage({ path, formToken, handle, what, options }: SigningView): Html {
  return layout({
    title: 'Use your passkey',
    handle,
    scripts: passkeyScripts,
    body: html`<p>Your passkey signs ${what}, and nothing else. Then your identity provider confirms that it is you.</p>
${passkeyForm({ action: path, formToken, label: 'Use your passkey', ceremony: 'get', options })}
<p><a href="${passkeysPath}">Your passkeys</a></p>`,
  })
}

export function noPasskeyPage(handle: string): Html {
  return layout({
    title: 'You have no passkey',
    handle,
    body: html`<p>What you approve here is signed by a passkey, and you have none yet.</p>
<p><a href="${passkeysPath}">Add a passkey</a>, then come back and approve.</p>`,
  })
}
