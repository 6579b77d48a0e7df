import type { Page } from 'playwright-core'
import type { Developer, PackedVersion } from '#test/support/developer.ts'
import { packVersion } from '#test/support/developer.ts'
import { signInAtIdp } from '../support/at-demo-idp.ts'

/** What a picture is taken of: the walk to a page, with a name for the file and a line for its caption. */
export interface Screen {
  file: string
  caption: string
  /** @param alice has a token; the browser is nobody's yet */
  go(page: Page, alice: Developer): Promise<void>
}

const name = '@acme.test/ui'
const calm = { version: '1.0.0', manifest: { dependencies: { semver: '^7.6.0' }, license: 'MIT' } }
const risky = {
  version: '1.1.0',
  manifest: {
    license: 'MIT',
    scripts: { postinstall: 'node setup.js' },
    dependencies: { semver: '^7.7.0', 'left-pad': '1.3.0' },
    bin: { ui: 'index.js' },
  },
  files: { 'setup.js': '// prepares the machine\n' },
}

/** In the order a person meets them. */
export const screens: readonly Screen[] = [
  {
    file: 'sign-in',
    caption: '`npm login`: who asks, before anybody is signed in',
    async go(page, { gateway }) {
      await page.goto(await loginUrl(gateway))
      await signInAtIdp(page, 'alice')
    },
  },
  {
    file: 'signed-in',
    caption: 'After *Sign in*: npm goes on by itself',
    async go(page) {
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    },
  },
  {
    file: 'device',
    caption: '`atoll login` on a server: where its code is typed',
    async go(page) {
      await page.goto(`${new URL(page.url()).origin}/device`)
    },
  },
  {
    file: 'device-sign-in',
    caption: 'Which machine asks: whoever sits there gets in',
    async go(page, { gateway }) {
      await page.getByLabel('Code').fill(await userCode(gateway))
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('heading', { name: 'Sign in that machine?' }).waitFor()
    },
  },
  {
    file: 'approve-first',
    caption: '`npm publish` of a first version',
    async go(page, alice) {
      await page.goto(await ask(alice, await packVersion({ name, ...calm })))
    },
  },
  {
    file: 'step-up',
    caption: '*Approve*: the second factor, at the (demo) identity provider',
    async go(page) {
      await page.getByRole('button', { name: 'Approve' }).click()
      await page.getByLabel('Password').waitFor()
    },
  },
  {
    file: 'approved',
    caption: 'Approved, with the code for package managers that ask for one',
    async go(page) {
      await signInAtIdp(page, 'alice')
    },
  },
  {
    file: 'approve-changes',
    caption: 'A later version: what is new and dangerous comes first',
    async go(page, alice) {
      const first = await packVersion({ name, ...calm })
      await alice.put(first, await page.locator('.code').innerText())
      await page.goto(await ask(alice, await packVersion({ name, ...risky })))
    },
  },
  {
    file: 'approvals',
    caption: 'A monorepo: what waits together is approved together',
    async go(page, alice) {
      const { origin } = new URL(page.url())
      for (const part of ['core', 'icons']) await ask(alice, await packVersion({ name: `@acme.test/${part}`, ...calm }))
      await page.goto(`${origin}/approvals`)
    },
  },
  {
    file: 'denied',
    caption: '*Deny*: nothing is written',
    async go(page, alice) {
      await page.goto(await ask(alice, await packVersion({ name: '@acme.test/other', ...calm })))
      await page.getByRole('button', { name: 'Deny' }).click()
    },
  },
  {
    file: 'ask-exception',
    caption: 'Where the link in a refusal leads: a developer asks for what policy stops',
    async go(page, alice) {
      const { origin } = new URL(page.url())
      const held = await packVersion({ name, ...risky })
      await alice.put(held, await alice.approve((await alice.put(held)).body))
      await page.goto(`${origin}/exceptions?${new URLSearchParams({ package: name, version: risky.version })}`)
    },
  },
  {
    file: 'exception',
    caption: 'What was asked for, and where the answer will be',
    async go(page) {
      await page.getByLabel(/Why you need it/).fill('Our own; its script writes one file, and I read it.')
      await page.getByRole('button', { name: 'Ask for an exception' }).click()
      await page.getByText('waits for an answer').first().waitFor()
    },
  },
  {
    file: 'exceptions',
    caption: 'All that was asked for, and what waits for an answer',
    async go(page) {
      await page.getByRole('link', { name: 'All requests' }).click()
    },
  },
  {
    file: 'expired',
    caption: 'A link that was used, or is too old',
    async go(page, alice) {
      const url = new URL(await loginUrl(alice.gateway))
      await page.goto(`${url.origin}/login/${'0'.repeat(22)}`)
    },
  },
]

async function ask(developer: Developer, packed: PackedVersion): Promise<string> {
  const { body } = await developer.put(packed)
  if (body.authUrl === undefined) throw new Error(`nothing to approve: ${body.error}`)
  return body.authUrl
}

async function loginUrl(gateway: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${gateway}/-/v1/login`, { method: 'POST', headers, body: '{}' })
  return ((await answer.json()) as { loginUrl: string }).loginUrl
}

async function userCode(gateway: string): Promise<string> {
  const answer = await fetch(`${gateway}/-/oauth/device_authorization`, { method: 'POST' })
  return ((await answer.json()) as { user_code: string }).user_code
}
