import { CookieJar } from './cookie-jar.ts'
import { allowsFormAction, originOf } from './form-policy.ts'
import { type Form, type Page, parsePage } from './page.ts'

export interface BrowserOptions {
  userAgent?: string
  /** For one request. */
  timeoutMs?: number
  /** How requests travel: through a proxy, or past somebody who changes them on the way. */
  fetch?: (url: URL, init: RequestInit) => Promise<Response>
}

/** A browser without screen or scripts: follows redirects, keeps cookies, fills in forms. */
export interface Browser {
  /** @throws Error when the server does not answer in time, or redirects without end. */
  open(url: string): Promise<Page>
  /**
   * Sends a form of a page that was opened before.
   * @param values replace or add to what the form holds; undefined takes a field away
   * @throws Error when the page's own policy forbids where the form leads, as browsers do.
   */
  submit(form: Form, values?: Record<string, string | undefined>): Promise<Page>
}

interface Navigation {
  url: URL
  method: string
  body?: URLSearchParams
  /** The form that is being sent; its page's policy rules every hop. */
  form?: Form
}

const maxRedirects = 20
const maxBodyBytes = 4_000_000

/** A fresh browser: no cookies, no memory. */
export function createBrowser(options: BrowserOptions = {}): Browser {
  const { userAgent = 'atoll-browser', timeoutMs = 15_000, fetch: travel = fetch } = options
  const cookies = new CookieJar()

  async function navigate(start: Navigation): Promise<Page> {
    let step = start
    for (let hops = 0; hops <= maxRedirects; hops += 1) {
      const response = await send(step)
      cookies.store(step.url, response.headers.getSetCookie())
      const location = response.headers.get('location')
      if (location === null || response.status < 300 || response.status > 399) {
        const body = await readBody(response)
        return parsePage({ url: step.url, status: response.status, headers: response.headers, body })
      }
      await response.body?.cancel()
      step = redirected(step, new URL(location, step.url), response.status)
    }
    throw new Error(`${start.url.origin} redirects without end`)
  }

  function send({ url, method, body, form }: Navigation): Promise<Response> {
    const initiator = form === undefined ? undefined : new URL(form.page.url)
    if (form !== undefined && initiator !== undefined) checkFormAction(form, initiator, url)
    const headers = new Headers({ accept: 'text/html', 'user-agent': userAgent })
    const cookie = cookies.headerFor({ url, method, initiator })
    if (cookie !== undefined) headers.set('cookie', cookie)
    if (method !== 'GET' && form !== undefined && initiator !== undefined) {
      headers.set('origin', originOf(form.page.headers.get('referrer-policy'), initiator, url))
    }
    const init = { method, headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) } as const
    return travel(url, body === undefined ? init : { ...init, body })
  }

  return {
    open: (url) => navigate({ url: new URL(url), method: 'GET' }),
    submit(form, values = {}) {
      const filled = Object.entries({ ...form.fields, ...values }).filter(
        (field): field is [string, string] => field[1] !== undefined,
      )
      const body = new URLSearchParams(filled)
      const url = new URL(form.action)
      if (form.method === 'POST') return navigate({ url, method: 'POST', body, form })
      url.search = body.toString()
      return navigate({ url, method: 'GET', form })
    },
  }
}

/** After 301, 302 and 303 browsers go on with GET; 307 and 308 keep method and body. */
function redirected(step: Navigation, url: URL, status: number): Navigation {
  if (status === 307 || status === 308) return { ...step, url }
  return step.form === undefined ? { url, method: 'GET' } : { url, method: 'GET', form: step.form }
}

function checkFormAction(form: Form, page: URL, target: URL): void {
  if (allowsFormAction(form.page.headers.get('content-security-policy'), page, target)) return
  throw new Error(`the policy of ${page.origin}${page.pathname} does not let its form lead to ${target.origin}`)
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBodyBytes) throw new Error(`the page is larger than ${maxBodyBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
