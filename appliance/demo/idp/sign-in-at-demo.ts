import type { Browser, Page } from '#common/browser/index.ts'
import { demoPeople } from './people.ts'

/**
 * Goes through the demo provider's pages as a person would, reading password and current code off them.
 * @param page where the browser was sent: the provider's first page
 * @returns the page the provider sent the browser on to
 * @throws Error when the pages are not those of the demo provider
 */
export async function signInAtDemo(browser: Browser, page: Page, username: string): Promise<Page> {
  const password = demoPeople.find((person) => person.username === username)?.password
  if (password === undefined) throw new Error(`${username} is nobody at the demo provider`)
  const second = await browser.submit(formOf(page), { username, password })
  const code = /Current code \(demo\)\D*(\d{6})/.exec(second.text)?.[1]
  if (code === undefined) throw new Error(`the page "${second.title}" shows no one-time code: ${second.text}`)
  return browser.submit(formOf(second), { code })
}

function formOf(page: Page) {
  const [form] = page.forms
  if (form === undefined) throw new Error(`the page "${page.title}" has no form: ${page.text}`)
  return form
}
