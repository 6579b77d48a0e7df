import { type Html, html } from './html.ts'
import { formOf, layout, submitButton } from './layout.ts'
import { exceptionsPath } from './return-path.ts'

export interface AskView {
  formToken: string
  handle: string
  package: string
  version: string
}

/** Where the link in a refusal leads: a developer says why they need what policy stops. */
export function askPage({ formToken, handle, package: name, version }: AskView): Html {
  const content = html`<input type="hidden" name="package" value="${name}">
<input type="hidden" name="version" value="${version}">
<label for="reason">Why you need it, and what you looked at</label>
<textarea id="reason" name="reason" rows="6" maxlength="2000" required aria-describedby="who-reads"></textarea>
${submitButton({ label: 'Ask for an exception', primary: true, field: ['decision', 'ask'] })}`
  return layout({
    title: `Ask for ${name}@${version}`,
    handle,
    body: html`<p>Policy does not let <code>${name}@${version}</code> be installed here. Somebody who may make exceptions can let it in for a while.</p>
<p id="who-reads">They read your name and your reason, and you see their answer on this page.</p>
${formOf({ action: exceptionsPath, formToken, content })}`,
  })
}
