import type { app } from '#lexicons'
import { type Html, html } from './html.ts'
import { heading, layout, time } from './layout.ts'
import { exceptionsPath } from './return-path.ts'

export type ExceptionRequest = app.npm.operation.defs.ExceptionRequest

export const states: Record<ExceptionRequest['state'], string> = {
  open: 'waits for an answer',
  granted: 'granted',
  denied: 'denied',
  withdrawn: 'taken back',
  lapsed: 'nobody answered in time',
}

/** What waits for the signed-in person's answer first, then what they asked for. */
export function exceptionsPage(view: { handle: string; requests: readonly ExceptionRequest[] }): Html {
  const { handle, requests } = view
  const toAnswer = requests.filter(({ state, deciding }) => state === 'open' && deciding.length > 0)
  const mine = requests.filter((request) => request.mine && !toAnswer.includes(request))
  const answered = requests.filter((request) => !request.mine && !toAnswer.includes(request))
  return layout({
    title: 'Exceptions from the policy',
    handle,
    body: html`${toAnswer.length > 0 && section('Wait for your answer', toAnswer)}
${mine.length > 0 && section('You asked for', mine)}
${answered.length > 0 && section('Answered', answered)}
${requests.length === 0 && html`<p>Nothing is asked for. A refused installation shows the link by which to ask.</p>`}`,
  })
}

function section(title: string, requests: readonly ExceptionRequest[]): Html {
  return html`${heading(2, title)}
<ul class="plain">${requests.map(item)}</ul>`
}

function item({ id, package: name, version, handle, askedAt, state }: ExceptionRequest): Html {
  return html`<li><a href="${exceptionsPath}?id=${id}"><strong>${name}@${version}</strong></a>: ${states[state]}<br>
${handle}, ${time(new Date(askedAt))}</li>\n`
}
