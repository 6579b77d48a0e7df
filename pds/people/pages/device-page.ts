import { devicePath } from '../sign-in/index.ts'
import { type Html, html } from './html.ts'
import { formOf, layout, submitButton } from './layout.ts'

export interface DeviceView {
  formToken: string
  handle: string
  /** No machine waits with the code that was typed. */
  wrong: boolean
}

/** One field for the code. It is in no address, so that nobody can send a link that has it already (RFC 8628, section 5.4). */
export function devicePage({ formToken, handle, wrong }: DeviceView): Html {
  const content = html`<label for="code">Code</label>
<input type="text" class="typed-code" id="code" name="code" required maxlength="16" autocomplete="off" autocapitalize="characters" spellcheck="false"${wrong && html` aria-invalid="true" aria-describedby="wrong"`}>
${submitButton({ label: 'Continue', primary: true })}`
  return layout({
    title: 'Sign in a machine without a browser',
    handle,
    body: html`<p>Type the code that your terminal shows. Next you see which machine asks, and decide.</p>
${wrong && html`<p class="warning" role="alert" id="wrong">No machine waits with this code. Codes are valid for ten minutes; run the command again for a new one.</p>`}
<p>Only type a code from a command you started yourself: nobody who helps you needs one.</p>
${formOf({ action: devicePath, formToken, content })}`,
  })
}
