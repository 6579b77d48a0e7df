import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import { Developer } from './developer.ts'
import { describeImporting } from './importing.ts'
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

describe('trusting a job', () => {
  it('shows each claim that its ID token must have, by the path and as text', async () => {
    const claims = [
      { name: 'oidc.circleci.com/project-id', value: '11111111-2222-4333-8444-555555555555' },
      { name: 'kubernetes.io.namespace', value: '<img src=x onerror=alert(1)>' },
    ]
    const asked = await alice.asksToTrust({ issuer: 'https://ci.acme.test', claims, stageOnly: true })
    const page = await alice.opens(asked.authUrl)
    expect(page.text).toContain(`Claims of the job ${claims.map(({ name, value }) => `${name} is ${value}`).join(' ')}`)
    expect(page.text).toContain('Stages only yes')
    expect(page.body).toContain('<code>&lt;img src=x onerror=alert(1)&gt;</code>')
    expect(page.body).not.toContain('<img')
  })
})

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
    expect((await alice.polls(asked)).status).toBe(202)
  })

  it('says everything in the order people expect, with the integrity as npm printed it', async () => {
    const asked = await alice.asksToPublish('@acme.test/ordered', '1.0.0')
    const { text } = await alice.opens(asked.authUrl)
    const integrity = asked.integrity ?? ''
    const parts = [
      'What will be written Name @acme.test/ordered Version 1.0.0 Tag latest',
      `Integrity ${integrity.slice(0, 20)}[...]${integrity.slice(80)} in full: ${integrity} Shasum`,
      'Tarball size',
      `Record CID ${asked.record.cid} Created`,
    ]
    expect(parts.map((part) => text.indexOf(part))).toEqual(
      parts.map((part) => text.indexOf(part)).toSorted((a, b) => a - b),
    )
    for (const part of parts) expect(text).toContain(part)
  })

  it('reads the tarball once, however often the page is loaded', async () => {
    const asked = await alice.asksToPublish('@acme.test/reloaded', '1.0.0')
    const before = scene.parked.served
    await alice.opens(asked.authUrl)
    await alice.opens(asked.authUrl)
    expect(scene.parked.served - before).toBe(1)
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
    await expect(alice.witnessOf(asked)).resolves.toBeDefined()
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
    expect((await alice.polls(asked)).status).toBe(202)
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
    await expect(alice.witnessOf(asked)).rejects.toMatchObject({ code: 'NotAttested' })
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
    expect(page.title).toContain('allow bob.people.test to publish @acme.test/*')
    const written = await alice.carriesOut(asked)
    expect(written).toMatchObject({ uri: asked.record.uri, cid: asked.record.cid })
    await expect(alice.witnessOf(asked, app.npm.org.approval.$type)).resolves.toBeDefined()
  })
})

describeImporting(() => ({ scene, alice }))

describe('approving the making of a token', () => {
  it('says everything about it, and gives a word that is good for the gateway alone', async () => {
    const asked = await alice.asksForToken()
    const { title, text } = await alice.opens(asked.authUrl)
    expect(title).toContain('create the token "ci", which may only read @acme.test/* until 2030-01-01')
    for (const shown of [
      'Account alice.people.test',
      'The token',
      'Rights read-only',
      'Usable from anywhere',
      'Ends 2030',
    ])
      expect(text).toContain(shown)
    expect(text).not.toContain('What will be written')
    await alice.approves(asked)
    const { token, idToken } = await alice.redeems((await alice.polls(asked)).body['token'], asked)
    const op = Buffer.from(asked.op).toString('base64url')
    const { $nsid: lxm } = app.npm.gateway.createToken
    expect(decodeJwt(token)).toMatchObject({ iss: alice.did, aud: 'did:web:gateway.test', lxm, op })
    expect(decodeJwt(idToken)).toMatchObject({ nonce: op })
  })

  it('is about the person, or an organisation, and nobody else', async () => {
    await expect(alice.asksForToken(bob.did)).rejects.toMatchObject({ code: 'InvalidOperation' })
    const asked = await alice.asksForToken(scene.acme)
    expect((await alice.opens(asked.authUrl)).text).toContain('Organisation acme.test')
    expect((await bob.opens(asked.authUrl)).status).toBe(403)
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
