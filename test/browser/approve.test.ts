import { describe, expect, it } from 'vitest'
import { collectCode } from '#appliance/admin/index.ts'
import { packageFolder } from '#test/support/package-folder.ts'
import { signInAtIdp, typeCode } from './support/at-demo-idp.ts'
import { checkPage } from './support/check-page.ts'
import { openScene, thereIsABrowser } from './support/scene.ts'

describe.skipIf(!thereIsABrowser)('approving in a real browser', () => {
  const scene = openScene()

  it('publishes with the real npm, the second factor typed once', async () => {
    const npm = await scene.npm()
    await using alice = await scene.visitor()
    const { page } = alice
    await npm.runInTerminal(npm.home, ['login'], async (url) => {
      await page.goto(url)
      await signInAtIdp(page, 'alice')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    })
    const folder = await packageFolder({ name: '@acme.test/seen-in-chromium', version: '1.0.0' })
    const { exitCode, output } = await npm.runInTerminal(folder, ['publish'], async (url) => {
      await page.goto(url)
      expect(await page.title()).toContain('Approve: publish @acme.test/seen-in-chromium@1.0.0 as latest?')
      expect(await page.locator('main').innerText()).toContain('this is the first version of this package')
      expect(await checkPage(page)).toEqual([])
      await page.getByRole('button', { name: 'Approve' }).click()
      await signInAtIdp(page, 'alice')
      expect(await page.title()).toBe('Approved · Atoll')
      expect(await checkPage(page)).toEqual([])
    })
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
  })

  it('shows what is dangerous about a version before anything else about it', async () => {
    const alice = await scene.developer('alice')
    const name = '@acme.test/grows-teeth'
    const first = await scene.asksToPublish(alice, { name, version: '1.0.0', manifest: { dependencies: { a: '1' } } })
    const code = await alice.approve(first)
    await alice.put(first.packed, code)
    const manifest = {
      scripts: { postinstall: 'node steal.js' },
      dependencies: { a: '2', b: '1' },
      bin: { teeth: 'index.js' },
    }
    const second = await scene.asksToPublish(alice, { name, version: '1.1.0', manifest })
    await using visitor = await scene.visitor()
    const { page } = visitor
    await page.goto(second.authUrl)
    await signInAtIdp(page, 'alice')
    const changes = page.getByRole('region', { name: 'What changed since 1.0.0' })
    expect(await changes.locator('.warning').first().innerText()).toContain('runs on installers’ machines')
    expect(await changes.innerText()).toContain('postinstall')
    expect(await checkPage(page)).toEqual([])
    await page.getByRole('button', { name: 'Deny' }).click()
    expect(await page.title()).toBe('Denied · Atoll')
    expect(await checkPage(page)).toEqual([])
    await expect(collectCode(second.doneUrl)).rejects.toThrow()
  })

  it('is for the person who asked, and lets another one change accounts', async () => {
    const alice = await scene.developer('alice')
    const { authUrl } = await scene.asksToPublish(alice, { name: '@acme.test/not-bobs', version: '1.0.0' })
    await using bob = await scene.visitor()
    const answer = await bob.page.goto(authUrl)
    expect(answer?.status()).toBe(200)
    await signInAtIdp(bob.page, 'bob')
    expect(await bob.page.title()).toBe('Not yours to approve · Atoll')
    expect(await bob.page.getByRole('button', { name: 'Approve' }).count()).toBe(0)
    expect(await checkPage(bob.page)).toEqual([])
    await bob.page.getByRole('button', { name: 'Use another account' }).click()
    await signInAtIdp(bob.page, 'alice')
    expect(await bob.page.title()).toContain('Approve: publish')
  })

  it('does nothing twice: not in a second tab, nor when the page is loaded again', async () => {
    const alice = await scene.developer('alice')
    const asked = await scene.asksToPublish(alice, { name: '@acme.test/twice', version: '1.0.0' })
    await using visitor = await scene.visitor()
    const { page } = visitor
    await page.goto(asked.authUrl)
    await signInAtIdp(page, 'alice')
    const other = await visitor.tab()
    await other.goto(asked.authUrl)
    await page.getByRole('button', { name: 'Approve' }).click()
    await signInAtIdp(page, 'alice')
    expect(await page.title()).toBe('Approved · Atoll')
    const shown = await page.locator('p.code').innerText()
    await other.getByRole('button', { name: 'Approve' }).click()
    expect(await other.locator('main').innerText()).toContain('used or has expired')
    await page.goto(asked.authUrl)
    expect(await page.locator('p.code').innerText()).toBe(shown)
    expect((await alice.put(asked.packed, shown)).status).toBe(201)
  })

  it('approves together what waits, each with its details, with the keyboard', async () => {
    const alice = await scene.developer('alice')
    const asked = []
    for (const name of ['@acme.test/one-of-three', '@acme.test/two-of-three', '@acme.test/three-of-three']) {
      const scripts = name.includes('two') ? { scripts: { postinstall: 'node steal.js' } } : {}
      asked.push(await scene.asksToPublish(alice, { name, version: '1.0.0', manifest: scripts }))
    }
    const [first, second] = asked
    await using visitor = await scene.visitor()
    const { page } = visitor
    await page.goto(first?.authUrl ?? '')
    await signInAtIdp(page, 'alice')
    await page.getByRole('link', { name: /together/ }).click()
    expect(await page.title()).toBe('Waiting for your approval · Atoll')
    expect(await page.locator('main').innerText()).toContain('Runs on every machine that installs it: postinstall')
    await page.getByText('Details of: publish @acme.test/one-of-three@1.0.0').click()
    const opened = page.locator('details[open]')
    expect(await opened.getByText('What will be written').isVisible()).toBe(true)
    expect(await checkPage(page)).toEqual([])
    await page.getByLabel('publish @acme.test/two-of-three@1.0.0 as latest').uncheck()
    await page.getByRole('button', { name: 'Approve what is selected' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/interaction/)
    if (await page.getByLabel('User name').isVisible()) await signInAtIdp(page, 'alice')
    else await typeCode(page)
    expect(await page.title()).toBe('Approved · Atoll')
    expect(await checkPage(page)).toEqual([])
    const code = await page.locator('p.code').innerText()
    const answers = await Promise.all(asked.map(({ packed }) => alice.put(packed, code)))
    expect(answers.map(({ status }) => status)).toEqual([201, 401, 201])
    await page.goto(new URL('/approvals', second?.authUrl).href)
    expect(await page.getByRole('checkbox').count()).toBe(1)
  })

  it('asks for nothing twice at the provider but the second factor', async () => {
    const alice = await scene.developer('alice')
    await using visitor = await scene.visitor({ javaScriptEnabled: false })
    const { page } = visitor
    const asked = await scene.asksToPublish(alice, { name: '@acme.test/no-script', version: '1.0.0' })
    await page.goto(asked.authUrl)
    await signInAtIdp(page, 'alice')
    await page.getByRole('button', { name: 'Approve' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/interaction|sign-in|\/login/i)
    if (await page.getByLabel('User name').isVisible()) await signInAtIdp(page, 'alice')
    else await typeCode(page)
    expect(await page.title()).toBe('Approved · Atoll')
  })
})
