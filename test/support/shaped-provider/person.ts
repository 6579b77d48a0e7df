import type { DemoPerson } from '#appliance/demo/person.ts'
import { createBrowser, type Page } from '#common/browser/index.ts'
import { answerWithPasskey } from '../passkey-pages.ts'
import type { SoftwareAuthenticator } from '../software-authenticator.ts'
import type { PersonThere, ShapedProvider } from './shaped-provider.ts'

/** Somebody with a passkey. */
export interface PersonWithPasskey extends DemoPerson {
  /** @param url of the page of passkeys @throws Error when a page says no */
  addsPasskey(url: string): Promise<void>
}

/**
 * Somebody who signs in at one of several shaped providers.
 * @param provider.name what the page calls it on which people choose
 * @param key what they sign with where they are asked to
 */
export function createPersonAt(
  provider: { name: string; provider: ShapedProvider },
  person: PersonThere,
  key?: SoftwareAuthenticator,
): PersonWithPasskey {
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
    const next = await browser.submit(form)
    const done =
      key !== undefined && next.title.startsWith('Use your passkey')
        ? await answerWithPasskey(browser, next, key)
        : next
    if (done.status >= 400) throw new Error(`${person.username} was refused: ${done.text}`)
  }

  return {
    confirmSignIn: answer,
    approve: answer,
    async addsPasskey(url) {
      if (key === undefined) throw new Error(`${person.username} has no authenticator`)
      const done = await answerWithPasskey(browser, await open(url), key, { name: 'Laptop' })
      if (!done.text.includes('Laptop added')) throw new Error(`${person.username} was refused: ${done.text}`)
    },
    reads: async (url) => (await open(url)).text,
    isRefusedAt: async (authUrl) => (await open(authUrl)).status === 403,
  }
}
