import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { publishStaged } from '#common/operations/index.ts'
import { canonicalBytes, parseOperation } from '#common/records/index.ts'
import { pack, packageFolder } from '#test/support/package-folder.ts'
import { type Asked, buttonOn, Developer } from './developer.ts'
import { Scene } from './scene.ts'

/** Another server on the same host: to cookies it is the same site, to the Origin header it is not. */
const evilNeighbour = 'http://127.0.0.1:9/evil'

let scene: Scene
let alice: Developer
let bob: Developer

beforeAll(async () => {
  scene = await Scene.open()
  alice = new Developer(scene, 'alice')
  bob = new Developer(scene, 'bob')
  await alice.signsIn()
  await bob.signsIn()
})
afterAll(() => scene?.[Symbol.asyncDispose]())
afterEach(() => {
  scene.clock.aheadMs = 0
})

async function expectNothingHappened(asked: Asked): Promise<void> {
  await expect(alice.witnessOf(asked)).rejects.toMatchObject({ code: 'NotAttested' })
  expect((await alice.polls(asked)).status).toBe(202)
}

describe('an approval is refused', () => {
  it("to anybody but the person whose token asked, without a look at what it's about", async () => {
    const asked = await alice.asksToPublish('@acme.test/secret-plan', '1.0.0')
    const page = await bob.opens(asked.authUrl)
    expect(page.status).toBe(403)
    expect(page.text).not.toContain('secret-plan')
    const own = buttonOn(await bob.opens((await bob.asksToPublish('@acme.test/own', '1.0.0')).authUrl), 'Approve')
    const sent = await bob.browser.submit({ ...own, action: asked.authUrl })
    expect(sent).toMatchObject({ status: 403, text: expect.stringContaining('Somebody else') })
    await expectNothingHappened(asked)
  })

  it('to who staged it, and nobody else, before there is a page', async () => {
    const { operation } = await alice.asksToPublish('@acme.test/two-people', '1.0.0')
    const { org, input, expiry } = parseOperation(operation)
    const staged = { ...input, stagedBy: alice.did }
    const bytes = canonicalBytes({ org, procedure: publishStaged.procedure, input: staged, expiry })
    await expect(alice.opensApproval(bytes)).rejects.toMatchObject({ code: 'OwnStage' })
    const page = await bob.opens((await bob.opensApproval(bytes)).authUrl)
    expect(page.text).toContain('Staged by alice.people.test')
  })

  it('lets the right person in where another one is signed in', async () => {
    const shared = new Developer(scene, 'bob')
    await shared.signsIn()
    const asked = await alice.asksToPublish('@acme.test/shared', '1.0.0')
    const atProvider = await shared.presses(await shared.opens(asked.authUrl), 'Use another account')
    const aliceThere = new Developer(scene, 'alice', {}, shared.browser)
    expect((await aliceThere.authenticates(atProvider)).title).toContain('@acme.test/shared')
  })

  it('when the form does not come from the page', async () => {
    const asked = await alice.asksToPublish('@acme.test/forged', '1.0.0')
    const page = await alice.opens(asked.authUrl)
    expect((await alice.presses(page, 'Approve', { form_token: undefined })).status).toBe(400)
    const form = buttonOn(page, 'Approve')
    const elsewhere = { ...form, page: { ...page, url: evilNeighbour, headers: new Headers() } }
    expect((await alice.browser.submit(elsewhere)).status).toBe(400)
    await expectNothingHappened(asked)
  })

  it('once it was answered', async () => {
    const asked = await alice.asksToPublish('@acme.test/answered', '1.0.0')
    const page = await alice.opens(asked.authUrl)
    await alice.presses(page, 'Deny')
    expect(await alice.authenticates(await alice.presses(page, 'Approve'))).toMatchObject({ status: 404 })
    await expect(alice.witnessOf(asked)).rejects.toMatchObject({ code: 'NotAttested' })
  })

  it('when it was answered while the person was at the provider', async () => {
    const asked = await alice.asksToPublish('@acme.test/overtaken', '1.0.0')
    const page = await alice.opens(asked.authUrl)
    const atProvider = await alice.presses(page, 'Approve')
    await alice.presses(page, 'Deny')
    expect(await alice.authenticates(atProvider)).toMatchObject({ status: 404 })
    await expect(alice.witnessOf(asked)).rejects.toMatchObject({ code: 'NotAttested' })
  })

  it('when it was never shown', async () => {
    const shown = await alice.asksToPublish('@acme.test/shown-instead', '1.0.0')
    const form = buttonOn(await alice.opens(shown.authUrl), 'Approve')
    const asked = await alice.asksToPublish('@acme.test/never-shown', '1.0.0')
    expect((await alice.browser.submit({ ...form, action: asked.authUrl })).status).toBe(404)
    await expectNothingHappened(asked)
  })

  it.each([
    [
      'other bytes',
      async () => pack(await packageFolder({ name: '@acme.test/swapped', version: '1.0.0', files: { x: '' } })),
    ],
    ['no tarball', async () => Buffer.from('not a tarball')],
  ])('when the gateway parked %s', async (_case, bytes) => {
    const asked = await alice.asksToPublish('@acme.test/swapped', '1.0.0')
    scene.parked.uploads.set(asked.integrity ?? '', await bytes())
    const page = await alice.opens(asked.authUrl)
    expect(page.status).toBe(400)
    expect(page.forms).toEqual([])
    await expectNothingHappened(asked)
  })

  it('when the operation names another record than its bytes make', async () => {
    const honest = await alice.asksToPublish('@acme.test/honest', '1.0.0')
    const other = await alice.asksToPublish('@acme.test/other', '1.0.0')
    const operation = parseOperation(honest.operation)
    const input = { ...operation.input, record: other.record.cid }
    const { authUrl } = await alice.opensApproval(canonicalBytes({ ...operation, input }))
    const page = await alice.opens(authUrl)
    expect(page).toMatchObject({ status: 400, text: expect.stringContaining('another record'), forms: [] })
  })

  it('when the ID token names another operation', async () => {
    const asked = await alice.asksToPublish('@acme.test/nonce', '1.0.0')
    const tampered = new Developer(
      scene,
      'alice',
      tamperWith((query) => query.set('nonce', 'of-another-operation')),
    )
    expect(await tampered.approves(asked)).toMatchObject({
      status: 403,
      text: expect.stringContaining('does not count'),
    })
    await expectNothingHappened(asked)
  })

  it('when the authentication is older than asked for', async () => {
    const asked = await alice.asksToPublish('@acme.test/stale', '1.0.0')
    const tampered = new Developer(
      scene,
      'alice',
      tamperWith((query) => query.delete('prompt'), 'max_age'),
    )
    await tampered.opens(asked.authUrl)
    scene.clock.aheadMs = 60_000
    expect((await tampered.approves(asked)).text).toContain('too old')
    await expectNothingHappened(asked)
  })

  it('when somebody else authenticated', async () => {
    const asked = await alice.asksToPublish('@acme.test/subject', '1.0.0')
    const atProvider = await alice.presses(await alice.opens(asked.authUrl), 'Approve')
    const page = await new Developer(scene, 'bob', {}, alice.browser).authenticates(atProvider)
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining('somebody else') })
    await expectNothingHappened(asked)
  })

  it('when the provider does not say that a second factor was used', async () => {
    const asked = await alice.asksToPublish('@acme.test/one-factor', '1.0.0')
    const [idp] = scene.config.network.idps
    if (idp === undefined) return expect.fail('there is no identity provider')
    const stricter = { ...idp, mfa: { request: {}, claim: 'amr', accept: ['hwk'] } }
    await scene.restartPeople({ network: { ...scene.config.network, idps: [stricter] } })
    const page = await alice.approves(asked)
    await scene.restartPeople()
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining('second factor') })
    await expectNothingHappened(asked)
  })

  it('while the org PDS does not know the person, and works once it does', async () => {
    await scene.stopOrg()
    const carol = new Developer(scene, 'carol')
    await carol.signsIn()
    await scene.startOrg()
    const asked = await carol.asksToPublish('@acme.test/early', '1.0.0')
    expect(await carol.opens(asked.authUrl)).toMatchObject({
      status: 403,
      text: expect.stringContaining('not confirmed'),
    })
    scene.clock.aheadMs = 31_000
    const page = await carol.opens(asked.authUrl)
    expect(page.title).toContain('@acme.test/early')
  })
})

/** A browser whose way to the provider leads past somebody who changes what is asked of it. */
function tamperWith(change: (query: URLSearchParams) => void, ...removed: string[]) {
  return {
    fetch: (url: URL, init: RequestInit) => {
      // Only the step-up: it is told by asking for a second factor.
      if (url.origin === scene.idpOrigin && url.searchParams.has('acr_values')) {
        change(url.searchParams)
        for (const name of removed) url.searchParams.delete(name)
      }
      return fetch(url, init)
    },
  }
}
