import type { Page } from 'playwright-core'

/** Types user name, password and the code that the demo provider shows, wherever it asks. */
export async function signInAtIdp(page: Page, username: string): Promise<void> {
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(`${username}-demo`)
  await page.getByRole('button', { name: 'Continue' }).click()
  await typeCode(page)
}

/** The second page alone. */
export async function typeCode(page: Page): Promise<void> {
  const code = await page.locator('output').innerText()
  await page.getByLabel('One-time code').fill(code)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
