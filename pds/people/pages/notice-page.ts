import type { Html } from './html.ts'
import { html } from './html.ts'
import { buttonForm, layout } from './layout.ts'

export interface Notice {
  title: string
  text: string
  handle?: string | undefined
  /** Path of the page where they may try again. */
  retryAt?: string | undefined
  /** A way out for somebody who is signed in as the wrong person. */
  switchAccount?: { formToken: string; returnTo: string } | undefined
}

export function noticePage({ title, text, handle, retryAt, switchAccount }: Notice): Html {
  return layout({
    title,
    handle,
    body: html`<p>${text}</p>
${retryAt !== undefined && html`<p><a href="${retryAt}">Try again</a></p>`}
${switchAccount !== undefined && switchAccountButton(switchAccount)}`,
  })
}

/** Signs out and lets another person in. @param returnTo path of the page they come back to */
export function switchAccountButton({ formToken, returnTo }: { formToken: string; returnTo: string }): Html {
  return buttonForm({ action: '/sign-out', formToken, label: 'Use another account', fields: { return_to: returnTo } })
}

export function signOutPage({ handle, formToken }: { handle: string; formToken: string }): Html {
  return layout({
    title: 'Sign out?',
    handle,
    body: html`<p>This ends your session on these pages. Tokens of package managers stay: "npm logout" ends those.</p>
${buttonForm({ action: '/sign-out', formToken, label: 'Sign out', primary: true })}`,
  })
}
