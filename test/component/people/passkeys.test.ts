import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { idpSchema } from '#common/config/index.ts'
import { relyingPartyOf } from '#common/passkeys/index.ts'
import { app } from '#lexicons'
import { checkPage } from '#test/browser/support/check-page.ts'
import { Chromium, canRunChromium, type Visitor } from '#test/support/chromium.ts'
import { answerWithPasskey } from '#test/support/passkey-pages.ts'
import { google, ShapedProvider } from '#test/support/shaped-provider/index.ts'
import { SoftwareAuthenticator } from '#test/support/software-authenticator.ts'
import { buttonOn, Developer } from './developer.ts'
import { Scene } from './scene.ts'

const name = 'Acme at Google'
const client = { clientId: 'atoll', secret: 'a-client-secret-for-tests-only' }
const hasChromium = await canRunChromium()

let scene: Scene
let provider: ShapedProvider
const opened = new AsyncDisposableStack()

beforeAll(async () => {
  scene = opened.use(await Scene.open({ pagesHost: 'localhost' }))
  provider = opened.use(await ShapedProvider.start(google, { ...client, redirectUri: scene.redirectUri }))
  await restarts()
})
afterAll(() => opened.disposeAsync())

/** Both PDSes, knowing the provider. */
async function restarts(): Promise<void> {
  const idp = idpSchema.parse({ issuer: provider.issuer, clientId: client.clientId, name, mfa: 'passkey' })
  await scene.usesProviders([idp], { [provider.issuer]: client.secret })
}

async function signsIn(username: string): Promise<Developer> {
  const developer = new Developer(scene, username)
  provider.person = { username, groups: [], hasSecondFactor: false }
  await developer.signsInAt(name)
  return developer
}

describe.skipIf(!hasChromium)('passkeys in a real browser, at a provider that proves no second factor', () => {
  let chromium: Chromium
  let visitor: Visitor
  let page: Page
  let authenticators: CDPSession
  let alice: Developer
  let laptop: string

  beforeAll(async () => {
    alice = await signsIn('alice')
    const input = { org: scene.acme as never, managers: [alice.did] as never }
    await (await scene.callAs('appliance')).call(app.npm.operation.registerOrg, { input })
    chromium = opened.use(await Chromium.start())
    visitor = opened.use(await chromium.visitor())
    page = visitor.page
    authenticators = await page.context().newCDPSession(page)
    await authenticators.send('WebAuthn.enable')
  })
  afterAll(() => expect(visitor?.troubles).toEqual([]))

  const pages = () => scene.config.network.publicUrls.people
  const title = async () => (await page.title()).replace(' · Atoll', '')

  async function plugsIn(transport: 'internal' | 'usb'): Promise<string> {
    const { authenticatorId } = await authenticators.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport,
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    return authenticatorId
  }

  /** Whether she touches the laptop's sensor when it asks. */
  const touches = (enabled: boolean) =>
    authenticators.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: laptop, enabled })

  async function opensPage(url: string): Promise<void> {
    await page.goto(url)
    if ((await title()) === 'Where do you sign in?') await page.getByRole('link', { name }).click()
  }

  async function usesPasskey(): Promise<void> {
    await page.getByRole('button', { name: 'Use your passkey' }).click()
  }

  async function addsPasskey(called: string): Promise<void> {
    await page.getByLabel('What you call it').fill(called)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
  }

  it('are asked for from the first sign-in on, and before anything can be approved', async () => {
    const { loginUrl } = await alice.asksToSignIn()
    await opensPage(loginUrl)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    expect(await page.locator('main').innerText()).toContain('Add a passkey now')
    expect(await checkPage(page)).toEqual([])
    const { authUrl } = await alice.asksToPublish('@acme.test/early', '1.0.0')
    await opensPage(authUrl)
    await page.getByRole('button', { name: 'Approve' }).click()
    expect(await title()).toBe('You have no passkey')
    expect(await checkPage(page)).toEqual([])
    await page.getByRole('link', { name: 'Add a passkey' }).click()
    expect(await page.locator('main').innerText()).toContain('You cannot approve anything yet')
    expect(await checkPage(page)).toEqual([])
  })

  it('are registered, and sign a publish that the org PDS takes', async () => {
    laptop = await plugsIn('internal')
    await opensPage(`${pages()}/passkeys`)
    await addsPasskey('Laptop')
    await page.getByText('added').waitFor()
    expect(await page.locator('main').innerText()).not.toContain('cannot approve')
    expect(await checkPage(page)).toEqual([])
    const permission = await alice.asksToPermit('everyone')
    await opensPage(permission.authUrl)
    await page.getByRole('button', { name: 'Approve' }).click()
    expect(await title()).toBe('Use your passkey')
    expect(await checkPage(page)).toEqual([])
    await usesPasskey()
    await page.getByText('You approved').waitFor()
    expect(await alice.carriesOutApproved(permission)).toHaveProperty('cid')

    const asked = await alice.asksToPublish('@acme.test/with-passkey', '1.0.0')
    await opensPage(asked.authUrl)
    await page.getByRole('button', { name: 'Approve' }).click()
    await authenticators.send('WebAuthn.setUserVerified', { authenticatorId: laptop, isUserVerified: false })
    await usesPasskey()
    await page.getByText('It was cancelled, or took too long').waitFor()
    await authenticators.send('WebAuthn.setUserVerified', { authenticatorId: laptop, isUserVerified: true })
    await usesPasskey()
    await page.getByText('You approved').waitFor()
    expect(await alice.carriesOutApproved(asked)).toHaveProperty('cid')
  })

  it('sign a list that is approved together', async () => {
    const asked = [
      await alice.asksToPublish('@acme.test/one', '1.0.0'),
      await alice.asksToPublish('@acme.test/two', '1.0.0'),
    ]
    await opensPage(`${pages()}/approvals`)
    await page.getByLabel('publish @acme.test/early@1.0.0 as latest').uncheck()
    await page.getByRole('button', { name: 'Approve what is selected' }).click()
    await usesPasskey()
    await page.getByText('What became of each').waitFor()
    for (const one of asked) expect(await alice.carriesOutApproved(one)).toHaveProperty('cid')
  })

  it('are replaced: the old one signs for the new one, the new one for the removal', async () => {
    await opensPage(`${pages()}/passkeys`)
    await addsPasskey('Laptop')
    await page.getByText('This device has a passkey of yours here already').waitFor()
    await plugsIn('usb')
    await touches(false)
    await addsPasskey('Spare key')
    await page.getByRole('button', { name: 'Use your passkey' }).waitFor()
    await touches(true)
    await usesPasskey()
    await page.getByRole('button', { name: 'Remove Spare key' }).waitFor()
    await page.getByRole('button', { name: 'Remove Laptop' }).click()
    await usesPasskey()
    await page.waitForURL(/\/passkeys$/)
    await page.getByRole('button', { name: 'Remove Spare key' }).waitFor()
    expect(await page.getByRole('button', { name: 'Remove Laptop' }).count()).toBe(0)
  })

  it('say what they need where scripts do not run, and are not in the way of anything else', async () => {
    const plain = opened.use(await chromium.visitor({ javaScriptEnabled: false }))
    page = plain.page
    await opensPage(`${pages()}/passkeys`)
    expect(await page.locator('main').innerText()).toContain('Passkeys need JavaScript')
    await addsPasskey('Nothing')
    expect(await page.locator('main').innerText()).toContain('The passkey was not accepted')
  })
})

describe('passkeys behind the pages', () => {
  let bob: Developer
  let key: SoftwareAuthenticator

  beforeAll(async () => {
    bob = await signsIn('bob')
    key = new SoftwareAuthenticator(relyingPartyOf(scene.config.network))
    // As somebody would who has broken into the people PDS.
    await scene.changePeopleTables(
      `INSERT INTO passkey (credential_id, did, name, public_key, transports, counter, added_at, confirmed_at)
       VALUES ($1, $2, 'planted', decode($3, 'hex'), '[]', 0, now(), now())`,
      [key.id, bob.did, Buffer.from(key.publicKey).toString('hex')],
    )
  })

  /** As far as the page that asks for a signature. */
  async function asksToSign(version: string) {
    const asked = await bob.asksToPublish('@acme.test/planted', version)
    const page = await bob.presses(await bob.opens(asked.authUrl), 'Approve')
    expect(page.title).toContain('Use your passkey')
    return { asked, page }
  }

  const signsWith = (page: Awaited<ReturnType<typeof asksToSign>>['page'], assertion: unknown) =>
    bob.browser.submit(buttonOn(page, 'Use your passkey'), { passkey: JSON.stringify(assertion) })

  it('are worth nothing when only the people PDS knows them', async () => {
    const { asked, page } = await asksToSign('1.0.0')
    expect((await signsWith(page, key.asserts(asked.op))).title).toContain('Approved')
    const answer = await bob.carriesOutApproved(asked)
    expect(answer).toMatchObject({
      error: 'PasskeyNotAccepted',
      message: expect.stringContaining('not registered for you'),
    })
  })

  it('sign for a sign-in from elsewhere, too', async () => {
    const { id, loginUrl } = await bob.asksToSignIn({ address: '203.0.113.7', client: 'npm/11' })
    const page = await bob.presses(await bob.opens(loginUrl), 'Sign in')
    expect(page.text).toContain('this one sign-in')
    const gateway = await scene.callAs('gateway')
    const redeem = () => gateway.call(app.npm.operation.redeemSignIn, { input: { id } })
    expect(await redeem()).toMatchObject({ state: 'pending' })
    expect((await answerWithPasskey(bob.browser, page, key)).title).toContain('Signed in')
    expect(await redeem()).toMatchObject({ state: 'confirmed' })
  })

  it('must have signed this operation, here, and never count backwards', async () => {
    const { asked, page } = await asksToSign('1.0.1')
    const other = await bob.asksToPublish('@acme.test/other', '1.0.0')
    for (const [assertion, words] of [
      [key.asserts(other.op), 'not one over exactly this'],
      [key.asserts(asked.op, { origin: 'http://localhost:4873' }), 'not one over exactly this'],
      [key.asserts(asked.op, { userVerified: false }), 'not one over exactly this'],
      [key.asserts(asked.op, { counter: 1 }), 'counts backwards'],
      [new SoftwareAuthenticator(relyingPartyOf(scene.config.network)).asserts(asked.op), 'no such passkey'],
      [{}, 'is none'],
    ] as const) {
      const refused = await signsWith(page, assertion)
      expect(refused.status).toBeGreaterThanOrEqual(400)
      expect(refused.text).toContain(words)
    }
    expect((await bob.polls(asked)).status).toBe(202)
    const stranger = new Developer(scene, 'bob')
    expect((await stranger.browser.open(page.url)).status).toBe(404)
  })

  it('wait to be confirmed while the org PDS does not answer, and count then', async () => {
    const carol = await signsIn('carol')
    const own = new SoftwareAuthenticator(relyingPartyOf(scene.config.network))
    const passkeysUrl = `${scene.config.network.publicUrls.people}/passkeys`
    await scene.changePeopleTables(
      `INSERT INTO passkey (credential_id, did, name, public_key, transports, counter, added_at)
       VALUES ($1, $2, 'interrupted', decode($3, 'hex'), '[]', 0, now())`,
      [own.id, carol.did, Buffer.from(own.publicKey).toString('hex')],
    )
    const confirms = async () => carol.presses(await carol.opens(passkeysUrl), 'Confirm interrupted')
    await scene.stopOrg()
    expect((await confirms()).status).toBe(503)
    await scene.startOrg()
    expect((await confirms()).text).not.toContain('does not count yet')
    const { [carol.did]: before = [] } = await audited()
    expect(before.map(({ action }) => action)).toEqual(['person.enrolled', 'passkey.added'])
    // As after a kill while the org PDS was asked, a minute later.
    await restarts()
    await scene.changePeopleTables('UPDATE audit_note SET noted_at = now() WHERE by = $1', [carol.did])
    await expect.poll(async () => (await audited())[carol.did]?.map(({ action }) => action)).toHaveLength(3)
    expect((await audited())[carol.did]?.[2]).toMatchObject({ action: 'passkey.interrupted', subject: own.id })
    // As after a kill between the two PDSes.
    await scene.changePeopleTables('UPDATE passkey SET confirmed_at = NULL WHERE did = $1', [carol.did])
    expect((await confirms()).text).not.toContain('does not count yet')
    const reset = { input: { did: carol.did as never, reason: 'lost' } }
    const appliance = await scene.callAs('appliance')
    scene.parked.away = true
    expect(await appliance.call(app.npm.operation.resetPasskeys, reset)).toEqual({ removed: 1 })
    await restarts()
    scene.parked.away = false
    const { did: by } = scene.net.network.peers.appliance
    const resets = async () => (await audited())[by]?.filter(({ action }) => action === 'passkeys.reset')
    await expect.poll(resets, { timeout: 10_000 }).toMatchObject([{ subject: carol.did, details: 'lost' }])
    expect((await carol.opens(passkeysUrl)).text).toContain('You cannot approve anything yet')
  })
  it('are in the audit log when they come, go, or are refused', async () => {
    const erin = await signsIn('erin')
    const passkeysUrl = `${scene.config.network.publicUrls.people}/passkeys`
    const [first, second] = [1, 2].map(() => new SoftwareAuthenticator(relyingPartyOf(scene.config.network)))
    if (first === undefined || second === undefined) return expect.fail('there are two keys')
    const adds = async (own: SoftwareAuthenticator, called: string) =>
      answerWithPasskey(erin.browser, await erin.opens(passkeysUrl), own, { name: called, decision: 'add' })
    await adds(first, 'First')
    const forged = await answerWithPasskey(erin.browser, await adds(second, 'Second'), second)
    expect(forged.status).toBe(403)
    const signing = async (label: string) => erin.presses(await erin.opens(passkeysUrl), label)
    await answerWithPasskey(erin.browser, await signing('Confirm Second'), first)
    await answerWithPasskey(erin.browser, await signing('Remove First'), second)
    const last = await answerWithPasskey(erin.browser, await signing('Remove Second'), second)
    expect(last.text).toContain('your last one')
    await expect
      .poll(async () => (await audited())[erin.did], { timeout: 10_000 })
      .toMatchObject([
        { action: 'person.enrolled', subject: erin.did, details: expect.stringContaining(provider.issuer) },
        { action: 'passkey.added', subject: first.id, details: expect.stringContaining('no passkey') },
        { action: 'passkey.refused', subject: erin.did },
        { action: 'passkey.added', subject: second.id, details: 'to add, a passkey signed for it' },
        { action: 'passkey.removed', subject: first.id },
        {
          action: 'passkey.refused',
          subject: second.id,
          details: expect.stringContaining('PasskeyNotAccepted: to remove'),
        },
      ])
  })
})

/** What the gateway's audit log was told once all is told that is due, by who did it. */
async function audited() {
  const due = 'SELECT id FROM audit_note WHERE NOT told AND noted_at <= clock_timestamp()'
  await expect.poll(() => scene.readPeopleTables(due), { timeout: 10_000 }).toEqual([])
  return Object.groupBy(scene.parked.decisions, ({ by }): string => by)
}
