import { Parser } from 'htmlparser2'

export interface Form {
  /** Absolute. */
  action: string
  method: 'GET' | 'POST'
  /** Names and values as they would be sent; the first submit button that has a name is among them. */
  fields: Record<string, string>
  /** What the submit buttons say. */
  buttons: string[]
  /** The page it is on. */
  page: Page
}

export interface Link {
  href: string
  text: string
}

/** What a browser shows: the last response after every redirect. */
export interface Page {
  url: string
  status: number
  headers: Headers
  body: string
  title: string
  /** The words on it, white space collapsed. */
  text: string
  forms: Form[]
  links: Link[]
}

export interface PageResponse {
  url: URL
  status: number
  headers: Headers
  body: string
}

const unseen = new Set(['head', 'script', 'style', 'template'])
/** Their edges part no words. */
const inline = new Set(['a', 'b', 'code', 'em', 'i', 'output', 'small', 'span', 'strong', 'time'])

/** Reads a page's words, links and forms; styles and scripts are nothing to it. */
export function parsePage(response: PageResponse): Page {
  const { url, status, headers, body } = response
  const page: Page = { url: url.href, status, headers, body, title: '', text: '', forms: [], links: [] }
  const words: string[] = []
  const open: string[] = []
  let form: Form | undefined
  let collect: ((text: string) => void) | undefined

  const parser = new Parser({
    onopentag(name, attributes) {
      open.push(name)
      if (!inline.has(name)) words.push(' ')
      if (name === 'title') collect = (text) => (page.title += text)
      if (name === 'a' && attributes['href'] !== undefined) {
        const link: Link = { href: new URL(attributes['href'], url).href, text: '' }
        page.links.push(link)
        collect = (text) => (link.text += text)
      }
      if (name === 'form') {
        form = formOf(attributes, page)
        page.forms.push(form)
      }
      if (form !== undefined) collect = addControl(form, name, attributes) ?? collect
    },
    ontext(text) {
      collect?.(text)
      if (!open.some((name) => unseen.has(name))) words.push(text)
    },
    onclosetag(name) {
      open.pop()
      if (!inline.has(name)) words.push(' ')
      if (name === 'form') form = undefined
      if (name === 'title' || name === 'a' || name === 'button') collect = undefined
    },
  })
  if (headers.get('content-type')?.startsWith('text/html')) parser.end(body)
  page.text = words.join('').replace(/\s+/g, ' ').trim()
  return page
}

function formOf(attributes: Record<string, string>, page: Page): Form {
  const method = attributes['method']?.toUpperCase() === 'POST' ? 'POST' : 'GET'
  return { action: new URL(attributes['action'] ?? '', page.url).href, method, fields: {}, buttons: [], page }
}

/** @returns where the text inside the control goes, for a button's label. */
function addControl(
  form: Form,
  name: string,
  attributes: Record<string, string>,
): ((text: string) => void) | undefined {
  const type = attributes['type']?.toLowerCase() ?? (name === 'button' ? 'submit' : 'text')
  if (name === 'button' && type === 'submit') {
    const index = form.buttons.push('') - 1
    // As when one presses Enter: the first button is the one that is sent.
    if (index === 0) addField(form, attributes)
    return (text) => {
      form.buttons[index] = `${form.buttons[index]}${text}`.trim()
    }
  }
  if (name !== 'input') return undefined
  const unchecked = (type === 'checkbox' || type === 'radio') && attributes['checked'] === undefined
  if (!unchecked && type !== 'submit' && type !== 'reset' && type !== 'button') addField(form, attributes)
  return undefined
}

function addField(form: Form, attributes: Record<string, string>): void {
  if (attributes['name'] !== undefined) form.fields[attributes['name']] = attributes['value'] ?? ''
}
