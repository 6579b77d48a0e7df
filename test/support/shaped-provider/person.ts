import type { DemoPerson } from '#appliance/demo/person.ts'
import { createBrowser, type Page } from '#common/browser/index.ts'
import type { PersonThere, ShapedProvider } from './shaped-provider.ts'

/**
 * Somebody who signs in at one of several shaped providers.
 * @param provider.name what the page calls it on which people choose
 */
export function createPersonAt(provider: { name: string; provider: ShapedProvider }, person: PersonThere): DemoPerson {
  const browser = createBrowser()

  async function open(url: string): Promise<Page> {
    // Who sits there now is who the provider signs in.
    provider.provider.person = person
    const page = await browser.open(url)
    const chosen = page.links.find(({ text }) => text === provider.name)
    return page.title.startsWith('Where do you sign in?') && chosen !== undefined ? browser.open(chosen.href) : page
  }

  async function answer(url: string): Promise<void> {
    const { status, text, forms } = await open(url)
    const [form] = forms
    if (status >= 400 || form === undefined) throw new Error(`${person.username} was refused: ${text}`)
    const done = await browser.submit(form)
    if (done.status >= 400) throw new Error(`${person.username} was refused: ${done.text}`)
  }

  return {
    confirmSignIn: answer,
    approve: answer,
    reads: async (url) => (await open(url)).text,
    isRefusedAt: async (authUrl) => (await open(authUrl)).status === 403,
  }
}
