import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fetchRecordProof } from '#common/proof/index.ts'
import { app } from '#lexicons'
import type { Ceremony } from './person.ts'
import { openScene, type Scene } from './scene.ts'

/** Everything else about each of these is right: the one thing that is wrong has to be enough. */
describe('what the org PDS does not believe', () => {
  let scene: Scene
  let ceremony: Ceremony
  let count = 0

  beforeAll(async () => {
    scene = await openScene()
    const rule = { id: 'all-publish', subject: 'everyone', action: 'publish', packages: '*' }
    await scene.alice.approves(await scene.alice.preparesPermission(rule))
  })
  afterAll(() => scene[Symbol.asyncDispose]())
  beforeEach(async () => {
    count += 1
    ceremony = await scene.alice.preparesPublish(`@acme.test/hello@1.0.${count}`)
  })

  const errorOf = async (response: Response) => ((await response.json()) as { error: string }).error
  const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds

  async function sendsWithClaims(claims: object) {
    await scene.alice.leavesWitness(ceremony)
    return errorOf(await scene.alice.sends({ ...ceremony, claims: { ...ceremony.claims, ...claims } }))
  }

  async function sendsWithToken(token: string) {
    await scene.alice.leavesWitness(ceremony)
    return errorOf(await scene.alice.sends({ ...ceremony, token }))
  }

  it.each([
    ['whose nonce is another operation’s', { nonce: Buffer.alloc(32).toString('base64url') }],
    ['of an authentication that is too old', { auth_time: secondsAgo(150) }],
    ['that does not say when', { auth_time: undefined }],
    ['without a second factor', { amr: ['pwd'] }],
    ['that does not say how', { amr: undefined }],
    ['of another subject', { sub: 'subject-of-bob' }],
    ['for another client', { aud: 'somebody-else' }],
    ['that was made for another client, and for us too', { aud: ['atoll', 'x'], azp: 'x' }],
    ['from another issuer', { iss: 'http://localhost:1' }],
    ['that was issued long ago', { iat: secondsAgo(400) }],
    ['that has expired', { exp: secondsAgo(60) }],
  ])('an ID token %s', async (_, claims) => {
    expect(await sendsWithClaims(claims)).toBe('StepUpRejected')
  })

  it('an ID token that somebody else signed', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    await scene.alice.leavesWitness(ceremony)
    const forged = await scene.idp.sign(ceremony.claims, privateKey)
    expect(await errorOf(await scene.alice.sends(ceremony, forged))).toBe('StepUpRejected')
  })

  it('an ID token signed with a shared secret', async () => {
    await scene.alice.leavesWitness(ceremony)
    const secret = new TextEncoder().encode('the client secret that two parties know')
    const forged = await new SignJWT(ceremony.claims).setProtectedHeader({ alg: 'HS256' }).sign(secret)
    expect(await errorOf(await scene.alice.sends(ceremony, forged))).toBe('StepUpRejected')
  })

  it('a token that was used before', async () => {
    expect((await scene.alice.approves(ceremony)).status).toBe(200)
    expect(await errorOf(await scene.alice.sends(ceremony))).toBe('ReplayedToken')
  })

  it('a token for another operation', async () => {
    expect(await sendsWithToken(await scene.alice.signsToken(Buffer.alloc(32), ceremony.procedure))).toBe(
      'InvalidToken',
    )
  })

  it('a token for another method', async () => {
    const method = app.npm.operation.putTeam.main.nsid
    expect(await sendsWithToken(await scene.alice.signsToken(ceremony.op, method))).toBe('InvalidToken')
  })

  it('a token that lives longer than a minute', async () => {
    expect(await sendsWithToken(await scene.alice.signsToken(ceremony.op, ceremony.procedure, 120))).toBe('StaleToken')
  })

  it('a token of somebody else than the IdP speaks of', async () => {
    const token = await scene.bob.signsToken(ceremony.op, ceremony.procedure)
    expect(await sendsWithToken(token)).toBe('StepUpRejected')
  })

  it('a token of the people PDS itself, or of an organisation', async () => {
    const people = await scene.net.authAs('people')
    expect(await sendsWithToken(await people.tokenFor('org', ceremony.procedure, ceremony.op))).toBe('UntrustedIssuer')
  })

  it('a token whose signature was altered', async () => {
    const token = `${ceremony.token.slice(0, -2)}${ceremony.token.endsWith('AA') ? 'BB' : 'AA'}`
    expect(await sendsWithToken(token)).toBe('InvalidToken')
  })

  it('an operation without an attestation', async () => {
    expect(await errorOf(await scene.alice.sends(ceremony))).toBe('NotAttested')
  })

  it('an attestation by somebody else', async () => {
    await scene.bob.leavesWitness(ceremony)
    expect(await errorOf(await scene.alice.sends(ceremony))).toBe('NotAttested')
  })

  it('an attestation for other contents', async () => {
    const other = await scene.alice.preparesPublish('@acme.test/hello@9.9.9')
    const { witness } = ceremony
    if (witness === undefined) throw new Error('a publish has a witness')
    await scene.alice.leavesWitness({ ...ceremony, witness: { ...witness, record: other.witness?.record ?? {} } })
    expect(await errorOf(await scene.alice.sends(ceremony))).toBe('NotAttested')
  })

  it('an operation that has expired', async () => {
    const late = await scene.alice.preparesPublish('@acme.test/late@1.0.0', { expiry: secondsAgo(1) })
    expect(await errorOf(await scene.alice.approves(late))).toBe('InvalidOperation')
  })

  it('a permission by somebody who managed it for a while, once our own clock says that this is over', async () => {
    const { alice, bob, acme } = scene
    const named = (until: number) => {
      const times = { since: new Date(Date.now() - 60_000).toISOString(), until: new Date(until).toISOString() }
      const temporaryManagers = [{ did: bob.did, ...times }]
      return scene.registryWrites(app.npm.registry.org.$nsid, acme, {
        org: acme,
        managers: [alice.did],
        temporaryManagers,
      })
    }
    const attempt = async () => {
      const rule = { id: 'by-bob', subject: bob.did, action: 'read', packages: '*' }
      return (await bob.approves(await bob.preparesPermission(rule))).status
    }
    await named(Date.now() + 3_600_000)
    await expect.poll(attempt, { timeout: 30_000, interval: 200 }).toBe(200)
    // The registry's repository goes on naming him.
    await named(Date.now())
    await expect.poll(attempt, { timeout: 30_000, interval: 200 }).toBe(403)
  })

  it('a permission by somebody who does not manage the organisation', async () => {
    const rule = { id: 'for-bob', subject: scene.bob.did, action: 'manage', packages: '*' }
    expect(await errorOf(await scene.bob.approves(await scene.bob.preparesPermission(rule)))).toBe('Forbidden')
    const wanted = { did: scene.acme, role: 'org', collection: app.npm.org.permission.$nsid, rkey: 'for-bob' } as const
    expect(await fetchRecordProof(wanted, scene.proofs)).toBeUndefined()
  })

  it('a permission that was approved before the one that stands', async () => {
    const rule = { id: 'twice', subject: scene.bob.did, action: 'read', packages: '*' }
    const before = await scene.alice.preparesPermission(rule, new Date(Date.now() - 10_000).toISOString())
    expect((await scene.alice.approves(await scene.alice.preparesPermission({ ...rule, packages: 'x' }))).status).toBe(
      200,
    )
    expect(await errorOf(await scene.alice.approves(before))).toBe('InvalidOperation')
  })
})
