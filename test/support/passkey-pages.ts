import type { Browser, Page } from '#common/browser/index.ts'
import type { SoftwareAuthenticator } from './software-authenticator.ts'

/** What the script of a page where passkeys are used would do: it asks the authenticator, and sends the form with its answer. */
export async function answerWithPasskey(
  browser: Browser,
  page: Page,
  key: SoftwareAuthenticator,
  fields: Record<string, string> = {},
): Promise<Page> {
  const [, ceremony, options = ''] = /data-passkey="(\w+)" data-options="([^"]*)"/.exec(page.body) ?? []
  const form = page.forms.find((candidate) => 'passkey' in candidate.fields)
  if (form === undefined) throw new Error(`"${page.title}" asks for no passkey: ${page.text}`)
  const { challenge } = JSON.parse(options.replaceAll('&quot;', '"')) as { challenge: string }
  const hash = Buffer.from(challenge, 'base64url')
  const answer = ceremony === 'create' ? key.registers(hash) : key.asserts(hash)
  return browser.submit(form, { ...fields, passkey: JSON.stringify(answer) })
}
