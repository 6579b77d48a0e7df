import { type ExceptionRequest, states } from './exceptions-page.ts'
import { type Html, html } from './html.ts'
import { facts, formOf, heading, layout, submitButton, time } from './layout.ts'
import type { People } from './operation-facts.ts'
import { exceptionsPath } from './return-path.ts'

export interface ExceptionView {
  formToken: string
  handle: string
  request: ExceptionRequest
  people: People
  /** DID → handle, of organisations in which the viewer may answer. */
  orgs: ReadonlyMap<string, string>
}

/** One request: what is asked and why, what became of it, and how to answer. */
export function exceptionPage(view: ExceptionView): Html {
  const { handle, request, people } = view
  const { package: name, version, state, mine, deciding, answeredBy, answeredAt, answer, exception } = request
  const isOpen = state === 'open'
  return layout({
    title: `${name}@${version}: ${states[state]}`,
    handle,
    body: html`${facts([
      ['Asked for by', request.handle],
      ['When', time(new Date(request.askedAt))],
      ['Stopped by', request.check !== undefined && html`<code>${request.check}</code>`],
      ['Why it is needed', request.reason],
      ['Answered by', answeredBy !== undefined && (people.get(answeredBy) ?? answeredBy)],
      ['Answered', answeredAt !== undefined && time(new Date(answeredAt))],
      ['Answer', answer],
      ['Exception', exception !== undefined && html`<code>${exception}</code>`],
    ])}
${isOpen && deciding.length > 0 && html`${grantForm(view)}${denyForm(view)}`}
${isOpen && mine && withdrawForm(view)}
<p><a href="${exceptionsPath}">All requests</a></p>`,
  })
}

function grantForm({ formToken, request, orgs }: ExceptionView): Html {
  const choice = [...orgs].map(([did, name]) => html`<option value="${did}">${name}</option>`)
  const content = html`<input type="hidden" name="id" value="${request.id}">
${
  orgs.size > 1 &&
  html`<label for="org">Decided for</label>
<select id="org" name="org">${choice}</select>`
}
<label for="versions">Versions</label>
<input type="text" id="versions" name="versions" value="${request.version}" required maxlength="256" spellcheck="false">
<label for="days">For how many days</label>
<input type="number" id="days" name="days" value="30" min="1" max="366" required>
<label for="grant-reason">Why it may be installed</label>
<textarea id="grant-reason" name="reason" rows="3" maxlength="2000" required></textarea>
${submitButton({ label: 'Grant it…', primary: true, field: ['decision', 'grant'] })}`
  return html`${heading(2, 'Let it in')}
<p>You see what will be written next, and approve it with your second factor. Everybody here may install it then.</p>
${formOf({ action: exceptionsPath, formToken, content })}`
}

function denyForm({ formToken, request }: ExceptionView): Html {
  const content = html`<input type="hidden" name="id" value="${request.id}">
<label for="deny-reason">Why not, and what to do instead</label>
<textarea id="deny-reason" name="reason" rows="3" maxlength="2000"></textarea>
${submitButton({ label: 'Deny', field: ['decision', 'deny'] })}`
  return html`${heading(2, 'Or keep it out')}
${formOf({ action: exceptionsPath, formToken, content })}`
}

function withdrawForm({ formToken, request }: ExceptionView): Html {
  const content = html`<input type="hidden" name="id" value="${request.id}">
${submitButton({ label: 'I do not need it any more', field: ['decision', 'withdraw'] })}`
  return formOf({ action: exceptionsPath, formToken, content })
}
