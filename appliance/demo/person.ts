import { signInAtDemo } from '#appliance/demo/idp/index.ts'
import { createBrowser, type Page } from '#common/browser/index.ts'

/** Somebody of the demo with a browser of their own: does on the box's pages what a person would. */
export interface DemoPerson {
  /** Opens the page `npm login` names, signs in where asked, and confirms. @throws Error when the page says no */
  confirmSignIn(loginUrl: string): Promise<void>
  /** Opens the page `npm publish` names and approves with the second factor. @throws Error when the page says no */
  approve(authUrl: string): Promise<void>
  /** Opens a page and does nothing. @returns its text */
  reads(url: string): Promise<string>
  /** Opens an approval page. @returns whether it refuses this person */
  isRefusedAt(authUrl: string): Promise<boolean>
}

/** Somebody who publishes many packages, and counts what that takes. */
export interface DemoMaintainer extends DemoPerson {
  /**
   * Approves everything that waits, on the page that lists it.
   * @param url of that page
   * @returns the one-time code it shows afterwards
   * @throws Error when the page says no, or nothing waits
   */
  approveWaiting(url: string): Promise<string>
  /** How often they had to show their second factor so far. */
  secondFactors(): number
}

/** Somebody who has servers to sign in on, too. */
export interface DemoOperator extends DemoPerson {
  /** Types the code that a machine without a browser shows, and confirms. @throws Error when a page says no */
  confirmByCode(page: string, code: string): Promise<void>
  /** Types such a code, and says that it was somebody else. @throws Error when a page says no */
  refuseByCode(page: string, code: string): Promise<void>
}

/** @param options.timeoutMs after which they give a page up */
export function createDemoPerson(
  username: string,
  options: { timeoutMs?: number } = {},
): DemoMaintainer & DemoOperator {
  const browser = createBrowser(options)
  let secondFactors = 0

  async function passIdentityProvider(page: Page): Promise<Page> {
    if (!page.forms.some((form) => 'username' in form.fields)) return page
    secondFactors += 1
    return signInAtDemo(browser, page, username)
  }

  async function answer(url: string): Promise<Page> {
    return agree(await passIdentityProvider(await browser.open(url)))
  }

  /** Sends the first form of a page, which is the one that says yes. */
  async function agree(opened: Page, fields: Record<string, string> = {}): Promise<Page> {
    if (opened.status >= 400) throw new Error(`${username} was refused: ${opened.text}`)
    const [form] = opened.forms
    if (form === undefined) throw new Error(`${username} finds nothing to agree to: ${opened.text}`)
    const done = await passIdentityProvider(await browser.submit(form, fields))
    if (done.status >= 400) throw new Error(`${username} was refused: ${done.text}`)
    return done
  }

  async function typeCode(page: string, code: string): Promise<Page> {
    return agree(await passIdentityProvider(await browser.open(page)), { code })
  }

  return {
    reads: async (url) => (await passIdentityProvider(await browser.open(url))).text,
    async confirmSignIn(loginUrl) {
      await answer(loginUrl)
    },
    async confirmByCode(page, code) {
      await agree(await typeCode(page, code))
    },
    async refuseByCode(page, code) {
      await agree(await typeCode(page, code), { decision: 'refuse' })
    },
    async approve(authUrl) {
      await answer(authUrl)
    },
    async approveWaiting(url) {
      const { text } = await answer(url)
      const [code] = /\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b/.exec(text) ?? []
      if (code === undefined) throw new Error(`${username} is shown no code: ${text}`)
      return code
    },
    secondFactors: () => secondFactors,
    async isRefusedAt(authUrl) {
      const page = await passIdentityProvider(await browser.open(authUrl))
      return page.status === 403
    },
  }
}
