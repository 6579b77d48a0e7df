import { signInAtDemo } from '#appliance/demo/idp/index.ts'
import { type Browser, createBrowser, type Page } from '#common/browser/index.ts'

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

export function createDemoPerson(username: string): DemoPerson {
  const browser = createBrowser()

  async function answer(url: string): Promise<void> {
    const opened = await passIdentityProvider(browser, await browser.open(url), username)
    if (opened.status >= 400) throw new Error(`${username} was refused: ${opened.text}`)
    const [form] = opened.forms
    if (form === undefined) throw new Error(`${username} finds nothing to agree to: ${opened.text}`)
    const done = await passIdentityProvider(browser, await browser.submit(form), username)
    if (done.status >= 400) throw new Error(`${username} was refused: ${done.text}`)
  }

  return {
    confirmSignIn: answer,
    approve: answer,
    reads: async (url) => (await passIdentityProvider(browser, await browser.open(url), username)).text,
    async isRefusedAt(authUrl) {
      const page = await passIdentityProvider(browser, await browser.open(authUrl), username)
      return page.status === 403
    },
  }
}

async function passIdentityProvider(browser: Browser, page: Page, username: string): Promise<Page> {
  const asksWho = page.forms.some((form) => 'username' in form.fields)
  return asksWho ? signInAtDemo(browser, page, username) : page
}
