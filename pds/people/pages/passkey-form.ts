import { formTokenField } from '../sessions/index.ts'
import { type Html, type HtmlValue, html } from './html.ts'
import { submitButton } from './layout.ts'

export interface PasskeyForm {
  action: string
  /** From `formTokenOf`. */
  formToken: string
  label: string
  /** What the authenticator is asked for. */
  ceremony: 'create' | 'get'
  /** As the browser's script takes them. */
  options: object
  /** What is sent when the authenticator has answered. */
  field?: readonly [name: string, value: string]
  content?: HtmlValue
}

/** The name of the field in which the authenticator's answer comes. */
export const passkeyField = 'passkey'

/** A form whose button asks an authenticator, and which is sent with its answer. */
export function passkeyForm({ action, formToken, label, ceremony, options, field, content }: PasskeyForm): Html {
  return html`<form method="post" action="${action}" data-passkey="${ceremony}" data-options="${JSON.stringify(options)}">
<input type="hidden" name="${formTokenField}" value="${formToken}">
<input type="hidden" name="${passkeyField}" value="">
${field !== undefined && html`<input type="hidden" name="${field[0]}" value="${field[1]}">`}
${content}
${submitButton({ label, primary: true })}
<p role="status"></p>
<noscript><p class="warning">Passkeys need JavaScript, and this browser runs none here. Everything else on these pages works without.</p></noscript>
</form>`
}

/** @returns what the browser's script put into the form; empty when it did not run */
export function passkeyIn(body: unknown): string {
  const sent = (body as Record<string, unknown> | undefined)?.[passkeyField]
  return typeof sent === 'string' ? sent : ''
}
