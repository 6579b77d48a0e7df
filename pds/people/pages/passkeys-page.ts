import type { StoredPasskey } from '../passkeys/index.ts'
import { type Html, type HtmlValue, html } from './html.ts'
import { formOf, heading, layout, time } from './layout.ts'
import { passkeyForm } from './passkey-form.ts'
import { passkeysPath } from './return-path.ts'
import { passkeyScripts } from './scripts.ts'

export interface PasskeysView {
  formToken: string
  handle: string
  passkeys: readonly StoredPasskey[]
  /** What an authenticator is asked for, to make another. */
  options: object
}

/** What people call a passkey, at most. */
export const maxNameLength = 64

/** A person's passkeys: to add, to name, to remove. */
export function passkeysPage({ formToken, handle, passkeys, options }: PasskeysView): Html {
  const hasOne = passkeys.some(({ isConfirmed }) => isConfirmed)
  return layout({
    title: 'Your passkeys',
    handle,
    scripts: passkeyScripts,
    body: html`<p>A passkey is what you approve with, beside your sign-in: it signs exactly what you saw.</p>
${hasOne ? undefined : firstOne}
${passkeys.length > 0 && html`<ul class="plain">${passkeys.map((passkey) => item(passkey, formToken))}</ul>`}
${heading(2, 'Add a passkey')}
${passkeyForm({
  action: passkeysPath,
  formToken,
  label: 'Add a passkey',
  ceremony: 'create',
  options,
  field: ['decision', 'add'],
  content: html`<p><label for="name">What you call it</label></p>
<input type="text" id="name" name="name" required maxlength="${maxNameLength}" autocomplete="off" placeholder="Laptop, spare key">`,
})}
<p>Have two, on different devices: with the second you can replace the first. Who loses all has to ask an administrator, and wait for a day.</p>`,
  })
}

const firstOne = html`<p class="warning"><strong>You cannot approve anything yet.</strong> Add your first passkey now: later than a
quarter of an hour after your first sign-in, an administrator has to let you.</p>`

function item({ id, name, addedAt, lastUsedAt, isConfirmed }: StoredPasskey, formToken: string): Html {
  const named = html`<span class="unseen"> ${name}</span>`
  const button = (label: string, decision: string) =>
    formOf({
      action: passkeysPath,
      formToken,
      content: html`<input type="hidden" name="id" value="${id}">
<button type="submit" name="decision" value="${decision}">${label}${named}</button>`,
    })
  return html`<li><strong>${name}</strong><br>
added ${time(addedAt)}${lastUsedAt !== undefined && html`, last used ${time(lastUsedAt)}`}
${!isConfirmed && unconfirmed}
<div>${!isConfirmed && button('Confirm', 'confirm')}${button('Remove', 'remove')}</div>
</li>\n`
}

const unconfirmed: HtmlValue = html`<p class="warning">It does not count yet: confirm that it is yours.</p>`
