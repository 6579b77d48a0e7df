import { formTokenField } from '../sessions/index.ts'
import { Html, type HtmlValue, html } from './html.ts'
import { styles } from './styles.ts'

export interface Layout {
  title: string
  /** Who is signed in. */
  handle?: string | undefined
  body: HtmlValue
  /** Paths of scripts of ours; for a page that is sent with leave to run them. */
  scripts?: readonly string[]
}

/** Where every page has room for what everybody has to see at the moment. */
export const standingWarningPlace = new Html('<!-- standing warning -->')

/** A whole page: one heading, the content, and who is looking at it. */
export function layout({ title, handle, body, scripts = [] }: Layout): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · Atoll</title>
<style>${new Html(styles)}</style>
${scripts.map((path) => html`<script src="${path}" defer></script>\n`)}</head>
<body>
<main>
${standingWarningPlace}
<h1>${title}</h1>
${body}
${handle !== undefined && html`<footer>Signed in as <strong>${handle}</strong> · <a href="/sign-out">Sign out</a></footer>`}
</main>
</body>
</html>`
}

export type HeadingLevel = 2 | 3 | 4

/** A heading whose level depends on where its section stands. @param id for what is labelled by it */
export function heading(level: HeadingLevel, text: HtmlValue, id?: string): Html {
  const tag = new Html(`h${level}`)
  return html`<${tag}${id !== undefined && html` id="${id}"`}>${text}</${tag}>`
}

/** @param rows label and value; those without a value are left out */
export function facts(rows: readonly (readonly [label: string, value: HtmlValue])[]): Html {
  const shown = rows.filter(([, value]) => value !== undefined && value !== false && value !== '')
  return html`<dl>${shown.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>\n`)}</dl>`
}

export interface ButtonForm {
  action: string
  /** From `formTokenOf`. */
  formToken: string
  label: string
  primary?: boolean
  fields?: Readonly<Record<string, string>>
}

/** One button that acts: a form of its own, with the proof that it came from this page. */
export function buttonForm({ action, formToken, label, primary = false, fields = {} }: ButtonForm): Html {
  const hidden = Object.entries(fields)
  const content = html`${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${submitButton({ label, primary })}`
  return formOf({ action, formToken, content })
}

/** A form with the proof that it came from this page. */
export function formOf({ action, formToken, content }: { action: string; formToken: string; content: Html }): Html {
  return html`<form method="post" action="${action}">
<input type="hidden" name="${formTokenField}" value="${formToken}">
${content}
</form>`
}

export interface SubmitButton {
  label: string
  primary?: boolean
  /** What is sent when this button is the one that is pressed. */
  field?: readonly [name: string, value: string]
}

export function submitButton({ label, primary = false, field }: SubmitButton): Html {
  const sent = field && html` name="${field[0]}" value="${field[1]}"`
  return html`<button type="submit" class="${primary ? 'primary' : ''}"${sent}>${label}</button>`
}

/** @param date in UTC, for the page does not know the reader's time zone */
export function time(date: Date): Html {
  const iso = date.toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}
