import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { IdentityResolver } from '#common/identity/index.ts'
import { proveWitness } from '#common/proof/index.ts'
import { app } from '#lexicons'
import { pack, packageFolder } from '#test/support/package-folder.ts'
import { type Asked, buttonOn, Developer } from './developer.ts'
import { Scene } from './scene.ts'

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

/** As the org PDS looks for it. @throws NotAttested */
async function witnessOf(person: Developer, { record }: Asked, collection: string = app.npm.publish.attestation.$type) {
  const host = await scene.callAs('org')
  const sources = { identities: new IdentityResolver(scene.net.network), peers: { people: host, org: host } }
  const subject = { ...record, record: record.record, org: scene.acme }
  return proveWitness({ did: person.did, collection, subject }, sources)
}

async function expectNothingHappened(asked: Asked): Promise<void> {
  await expect(witnessOf(alice, asked)).rejects.toMatchObject({ code: 'NotAttested' })
  expect((await alice.polls(asked)).status).toBe(202)
}

describe('approving a publish', () => {
  it('shows what will happen, read from the very bytes', async () => {
    const asked = await alice.asksToPublish('@acme.test/shown', '1.2.3', {
      manifest: { scripts: { postinstall: 'node x' }, dependencies: { 'left-pad': '^1.3.0' }, bin: { shown: 'x.js' } },
    })
    const page = await alice.opens(asked.authUrl)
    expect(page.title).toContain('publish @acme.test/shown@1.2.3 as latest')
    for (const words of ['acme.test', asked.integrity, 'left-pad', 'package.json', 'postinstall', asked.record.cid]) {
      expect(page.text).toContain(words)
    }
    await expectNothingHappened(asked)
  })

  it('writes the attestation and gives npm a code that brings what the org PDS asks for', async () => {
    const asked = await alice.asksToPublish('@acme.test/hello', '1.0.0')
    const waiting = await alice.polls(asked)
    expect(waiting).toMatchObject({ status: 202, body: {} })
    expect(waiting.headers.get('retry-after')).toBe('1')
    const page = await alice.approves(asked)
    const { status, body } = await alice.polls(asked)
    expect(status).toBe(200)
    expect(page.text).toContain(body['token'])
    await expect(witnessOf(alice, asked)).resolves.toBeDefined()
    const { token, idToken } = await alice.redeems(body['token'], asked)
    const op = Buffer.from(asked.op).toString('base64url')
    const { $nsid: lxm } = app.npm.operation.publish
    expect(decodeJwt(token)).toMatchObject({ iss: alice.did, aud: 'did:web:org.test', lxm, op })
    expect(decodeJwt(idToken)).toMatchObject({ nonce: op, iss: scene.idpOrigin })
  })

  it('asks the provider to authenticate the person afresh', async () => {
    const asked = await alice.asksToPublish('@acme.test/afresh', '1.0.0')
    const atProvider = await alice.presses(await alice.opens(asked.authUrl), 'Approve')
    expect(atProvider.url).toContain(scene.idpOrigin)
    await expectNothingHappened(asked)
  })

  it('gives the code again until it is redeemed, for polls whose answer got lost', async () => {
    const asked = await alice.asksToPublish('@acme.test/again', '1.0.0')
    await alice.approves(asked)
    const { body } = await alice.polls(asked)
    expect(await alice.polls(asked)).toMatchObject({ status: 200, body })
    await alice.redeems(body['token'], asked)
    expect(await alice.polls(asked)).toMatchObject({ status: 404, body: { error: expect.any(String) } })
  })

  it('tells npm that the person denied it', async () => {
    const asked = await alice.asksToPublish('@acme.test/denied', '1.0.0')
    await alice.presses(await alice.opens(asked.authUrl), 'Deny')
    const { status, body } = await alice.polls(asked)
    expect(status).toBe(403)
    expect(body['error']).toContain('denied')
    await expect(witnessOf(alice, asked)).rejects.toMatchObject({ code: 'NotAttested' })
  })

  it('survives restarts: while the person reads, is at the provider, and before npm asks', async () => {
    const asked = await alice.asksToPublish('@acme.test/restarted', '1.0.0')
    const page = await alice.opens(asked.authUrl)
    await scene.restartPeople()
    const atProvider = await alice.presses(page, 'Approve')
    await scene.restartPeople()
    await alice.authenticates(atProvider)
    await scene.restartPeople()
    const { body } = await alice.polls(asked)
    await expect(alice.redeems(body['token'], asked)).resolves.toBeDefined()
  })

  it('expires', async () => {
    const asked = await alice.asksToPublish('@acme.test/expired', '1.0.0')
    scene.clock.aheadMs = 301_000
    expect((await alice.opens(asked.authUrl)).status).toBe(404)
    expect((await alice.polls(asked)).status).toBe(404)
  })
})

describe('approving a change of rights', () => {
  it('names people by handle, and is accepted by the org PDS', async () => {
    const appliance = await scene.callAs('appliance')
    const managers = [alice.did] as never
    await appliance.call(app.npm.operation.registerOrg, { input: { org: scene.acme as never, managers } })
    const asked = await alice.asksToPermit(bob.did)
    const page = await alice.opens(asked.authUrl)
    expect(page.text).toContain(`bob.people.test ${bob.did}`)
    await alice.approves(asked)
    await expect(witnessOf(alice, asked, app.npm.org.approval.$type)).resolves.toBeDefined()
    const { token, idToken } = await alice.redeems((await alice.polls(asked)).body['token'], asked)
    const { org } = scene.net.network.peers
    const executed = await fetch(`${org.url}/xrpc/${app.npm.operation.putPermission.$nsid}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/octet-stream',
        'atoll-operation': Buffer.from(asked.operation).toString('base64url'),
        'atoll-id-token': idToken,
      },
    })
    expect(await executed.json()).toMatchObject({ uri: asked.record.uri, cid: asked.record.cid })
  })
})

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
    const elsewhere = { ...form, page: { ...page, url: `${scene.idpOrigin}/evil`, headers: new Headers() } }
    expect((await alice.browser.submit(elsewhere)).status).toBe(400)
    await expectNothingHappened(asked)
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
    const stricter = { ...idp, mfa: { ...idp.mfa, accept: ['hwk'] } }
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

describe('a one-time code', () => {
  async function approved(name: string) {
    const asked = await alice.asksToPublish(name, '1.0.0')
    await alice.approves(asked)
    return { asked, code: (await alice.polls(asked)).body['token'] ?? '' }
  }
  const invalid = { code: 'InvalidCode', status: 401 }

  it('works as people type it', async () => {
    const { asked, code } = await approved('@acme.test/typed')
    await expect(alice.redeems(code.toLowerCase().replaceAll('-', ' '), asked)).resolves.toBeDefined()
  })

  it('works once', async () => {
    const { asked, code } = await approved('@acme.test/once')
    await alice.redeems(code, asked)
    await expect(alice.redeems(code, asked)).rejects.toMatchObject(invalid)
  })

  it('goes to one of two that bring it at the same time', async () => {
    const { asked, code } = await approved('@acme.test/race')
    const results = await Promise.allSettled([alice.redeems(code, asked), alice.redeems(code, asked)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('is spent when another token brings it', async () => {
    const { asked, code } = await approved('@acme.test/other-token')
    await expect(alice.redeems(code, asked, 'token-2')).rejects.toMatchObject(invalid)
    await expect(alice.redeems(code, asked)).rejects.toMatchObject(invalid)
  })

  it('is spent when it is brought for another operation', async () => {
    const { asked, code } = await approved('@acme.test/other-op')
    const other = await alice.asksToPublish('@acme.test/other-op', '2.0.0')
    await expect(alice.redeems(code, other)).rejects.toMatchObject(invalid)
    await expect(alice.redeems(code, asked)).rejects.toMatchObject(invalid)
  })

  it('is spent when it is brought for another person', async () => {
    const { asked, code } = await approved('@acme.test/other-person')
    await expect(bob.redeems(code, asked)).rejects.toMatchObject(invalid)
    await expect(alice.redeems(code, asked)).rejects.toMatchObject(invalid)
  })

  it('cannot be guessed: five wrong ones and it is spent', async () => {
    const { asked, code } = await approved('@acme.test/guessed')
    for (let guess = 0; guess < 5; guess += 1) {
      await expect(alice.redeems(`GUESS-${guess}`, asked)).rejects.toMatchObject(invalid)
    }
    await expect(alice.redeems(code, asked)).rejects.toMatchObject(invalid)
  })

  it('expires', async () => {
    const { asked, code } = await approved('@acme.test/too-late')
    scene.clock.aheadMs = 301_000
    await expect(alice.redeems(code, asked)).rejects.toMatchObject(invalid)
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
