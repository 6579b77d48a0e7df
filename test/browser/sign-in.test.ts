import { describe, expect, it } from 'vitest'
import { signInAtIdp } from './support/at-demo-idp.ts'
import { checkPage } from './support/check-page.ts'
import { openScene, thereIsABrowser } from './support/scene.ts'

describe.skipIf(!thereIsABrowser)('npm login in a real browser', () => {
  const scene = openScene()

  it('shows who asks, lets the person confirm, and npm has its token', async () => {
    const npm = await scene.npm()
    await using alice = await scene.visitor()
    const { page } = alice
    const { exitCode, output } = await npm.runInTerminal(npm.home, ['login'], async (url) => {
      await page.goto(url)
      await signInAtIdp(page, 'alice')
      expect(await page.title()).toBe('Sign in to the registry? · Atoll')
      expect(await page.locator('main').innerText()).toContain('Asked from')
      expect(await checkPage(page)).toEqual([])
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      expect(await page.title()).toBe('Signed in · Atoll')
      expect(await checkPage(page)).toEqual([])
    })
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
    expect((await npm.run(npm.home, ['whoami'])).output.trim()).toMatch(/^alice\./)
  })

  it("checks the demo provider's own pages too", async () => {
    const url = await loginUrl(scene.gateway)
    await using somebody = await scene.visitor()
    const { page } = somebody
    await page.goto(url)
    expect(await checkPage(page)).toEqual([])
    await page.getByLabel('User name').fill('bob')
    await page.getByLabel('Password').fill('bob-demo')
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await checkPage(page)).toEqual([])
  })

  it('works without JavaScript, by keyboard alone', async () => {
    await using bob = await scene.visitor({ javaScriptEnabled: false })
    const { page } = bob
    await page.goto(await loginUrl(scene.gateway))
    await signInAtIdp(page, 'bob')
    await page.getByRole('heading', { name: 'Sign in to the registry?' }).waitFor()
    // The first thing to reach is the button that says yes, and it shows that it is reached.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Signed in' }).waitFor()
  })

  it('takes a code from a machine without a browser, by keyboard alone', async () => {
    const answer = await fetch(`${scene.gateway}/-/oauth/device_authorization`, { method: 'POST' })
    const { verification_uri, user_code } = (await answer.json()) as { verification_uri: string; user_code: string }
    await using carol = await scene.visitor()
    const { page } = carol
    await page.goto(verification_uri)
    await signInAtIdp(page, 'carol')
    expect(await checkPage(page)).toEqual([])
    await page.getByLabel('Code').fill('BBBB-BBBB')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('No machine waits with this code').waitFor()
    expect(await checkPage(page)).toEqual([])
    await page.getByLabel('Code').fill(user_code.toLowerCase())
    await page.keyboard.press('Enter')
    await page.getByText('Whoever sits there gets in as you').waitFor()
    expect(await checkPage(page)).toEqual([])
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await signInAtIdp(page, 'carol')
    await page.getByRole('heading', { name: 'Signed in' }).waitFor()
  })

  it('signs nobody in who says it was not them', async () => {
    const { loginUrl: url, doneUrl } = await openSignIn(scene.gateway)
    await using alice = await scene.visitor()
    await alice.page.goto(url)
    await signInAtIdp(alice.page, 'alice')
    await alice.page.getByRole('button', { name: 'This was not me' }).click()
    expect(await alice.page.title()).toBe('Refused · Atoll')
    expect(await checkPage(alice.page)).toEqual([])
    expect((await fetch(doneUrl)).status).toBeGreaterThanOrEqual(400)
  })

  it('keeps its cookies from scripts and other sites, and the gateway from both', async () => {
    await using carol = await scene.visitor()
    await carol.page.goto(await loginUrl(scene.gateway))
    await signInAtIdp(carol.page, 'carol')
    const own = (await carol.cookies()).filter(({ name }) => name.startsWith('atoll-'))
    expect(own.map(({ name }) => name).sort()).toEqual(['atoll-browser', 'atoll-session'])
    expect(own.filter(({ httpOnly, sameSite }) => !httpOnly || sameSite !== 'Lax')).toEqual([])
    expect(own.map(({ domain }) => domain)).not.toContain(new URL(scene.gateway).hostname)
  })

  it('says plainly that a link was used or has expired', async () => {
    await using dan = await scene.visitor()
    const { host } = new URL(await loginUrl(scene.gateway))
    const answer = await dan.page.goto(`http://${host}/login/${'x'.repeat(22)}`)
    expect(answer?.status()).toBe(404)
    expect(await dan.page.locator('main').innerText()).toContain('run the command again')
    expect(await checkPage(dan.page)).toEqual([])
  })
})

async function openSignIn(gateway: string): Promise<{ loginUrl: string; doneUrl: string }> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${gateway}/-/v1/login`, { method: 'POST', headers, body: '{}' })
  return (await answer.json()) as { loginUrl: string; doneUrl: string }
}

async function loginUrl(gateway: string): Promise<string> {
  return (await openSignIn(gateway)).loginUrl
}
