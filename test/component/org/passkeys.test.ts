import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#common/clock/index.ts'
import { sha256 } from '#common/crypto/index.ts'
import { relyingPartyOf } from '#common/passkeys/index.ts'
import { createPeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { Passkeys } from '#pds/org/passkeys/index.ts'
import { type SignatureOptions, SoftwareAuthenticator } from '#test/support/software-authenticator.ts'
import type { Ceremony, Person } from './person.ts'
import { openScene, type Scene } from './scene.ts'

describe('passkeys at the org PDS', () => {
  let scene: Scene
  let key: SoftwareAuthenticator
  let count = 0

  beforeAll(async () => {
    scene = await openScene({ mfa: 'passkey' })
    key = newKey()
    expect((await scene.alice.addsPasskey(key)).status).toBe(200)
    const rule = await scene.alice.preparesPermission({
      id: 'all-publish',
      subject: 'everyone',
      action: 'publish',
      packages: '*',
    })
    expect((await scene.alice.approves(signed(rule))).status).toBe(200)
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  const newKey = (options = {}) => new SoftwareAuthenticator(relyingPartyOf(scene.net.network), options)

  function signed(ceremony: Ceremony, options: SignatureOptions = {}, hash = ceremony.op): Ceremony {
    return { ...ceremony, passkey: key.signs(hash, options) }
  }

  function preparesPublish(person = scene.alice): Promise<Ceremony> {
    count += 1
    return person.preparesPublish(`@acme.test/by-passkey@1.0.${count}`)
  }

  async function answerTo(ceremony: Ceremony, person = scene.alice) {
    const response = await person.approves(ceremony)
    return { status: response.status, ...((await response.json()) as { error?: string; message?: string }) }
  }

  async function newcomer(): Promise<Person> {
    count += 1
    const person = await scene.newcomer(`person-${count}`)
    await person.enrols()
    return person
  }

  async function enrolledLongAgo({ did }: Person): Promise<void> {
    const bound_at = new Date(Date.now() - 16 * 60_000)
    await scene.org.host.db.updateTable('binding').set({ bound_at }).where('did', '=', did).execute()
  }

  const errorOf = async (response: Response) => ((await response.json()) as { error: string; message: string }).message

  it('sign an operation beside an ID token that knows no factors and no time', async () => {
    const { claims, ...ceremony } = await preparesPublish()
    const { amr: _amr, auth_time: _authTime, ...plain } = claims
    expect(await answerTo(signed({ ...ceremony, claims: plain }))).toMatchObject({ status: 200 })
  })

  it.each<[string, (ceremony: Ceremony) => Ceremony, string]>([
    ['without a signature', (ceremony) => ceremony, 'no passkey of yours'],
    ['over another operation', (ceremony) => signed(ceremony, {}, sha256('another')), 'not one over exactly this'],
    [
      'from another page',
      (ceremony) => signed(ceremony, { origin: 'http://localhost:1' }),
      'not one over exactly this',
    ],
    ['without user verification', (ceremony) => signed(ceremony, { userVerified: false }), 'not one over exactly this'],
    ['with a counter that was seen', (ceremony) => signed(ceremony, { counter: 1 }), 'counts backwards'],
    [
      'with a key that only the people PDS knows',
      (ceremony) => ({ ...ceremony, passkey: newKey().signs(ceremony.op) }),
      'not registered for you',
    ],
    [
      'whose ID token is about another one',
      (ceremony) => signed({ ...ceremony, claims: { ...ceremony.claims, nonce: 'another' } }),
      'another operation',
    ],
    [
      'whose ID token is somebody else’s',
      (ceremony) => signed({ ...ceremony, claims: { ...ceremony.claims, sub: 'subject-of-bob' } }),
      'somebody else',
    ],
  ])('refuse an operation %s', async (_case, change, words) => {
    const answer = await answerTo(change(await preparesPublish()))
    expect(answer).toMatchObject({ status: 403, message: expect.stringContaining(words) })
  })

  it('are nobody else’s', async () => {
    const ceremony = await preparesPublish(scene.bob)
    const answer = await answerTo(signed(ceremony), scene.bob)
    expect(answer).toMatchObject({ status: 403, message: expect.stringContaining('not registered for you') })
  })

  it('sign a list once for all of its operations, whatever is approved in between', async () => {
    const ceremonies = scene.alice.confirmsTogether([await preparesPublish(), await preparesPublish()])
    const [first, second] = ceremonies
    if (first?.batch === undefined || second === undefined) throw new Error('there are two')
    const passkey = key.signs(sha256(first.batch))
    expect(await answerTo({ ...first, passkey })).toMatchObject({ status: 200 })
    expect(await answerTo(signed(await preparesPublish()))).toMatchObject({ status: 200 })
    expect(await answerTo({ ...second, passkey })).toMatchObject({ status: 200 })
  })

  it('that are synchronised never count', async () => {
    const bob = await newcomer()
    const synchronised = newKey({ counts: false })
    expect((await bob.addsPasskey(synchronised)).status).toBe(200)
    for (const added of [newKey(), newKey()]) expect((await bob.addsPasskey(added, synchronised)).status).toBe(200)
  })

  describe('are added', () => {
    it('with one that is there; again without harm; by nobody else', async () => {
      const second = newKey()
      expect(await errorOf(await scene.alice.addsPasskey(second))).toContain('no passkey of yours')
      expect(await errorOf(await scene.alice.addsPasskey(second, newKey()))).toContain('not registered for you')
      expect((await scene.alice.addsPasskey(second, key)).status).toBe(200)
      await enrolledLongAgo(scene.alice)
      expect((await scene.alice.addsPasskey(second)).status).toBe(200)
      expect(await errorOf(await scene.alice.addsPasskey(newKey()))).toContain('no passkey of yours')
      const bob = await newcomer()
      expect(await errorOf(await bob.addsPasskey(second))).toContain('another one was there before')
    })

    it('when the IdP has signed exactly this key', async () => {
      const carol = await newcomer()
      const [planted, own] = [newKey(), newKey()]
      const confirmed = await carol.preparesPasskey(own)
      const ceremony = await carol.preparesPasskey(planted)
      const refused = await carol.sends({ ...ceremony, claims: confirmed.claims })
      expect(await errorOf(refused)).toContain('about another operation')
      const token = await scene.bob.signsToken(confirmed.op, confirmed.procedure)
      expect(await errorOf(await carol.sends({ ...confirmed, token }))).toContain('may not call this')
    })

    it('by themselves, never with what else is approved', async () => {
      const [change] = scene.alice.confirmsTogether([await scene.alice.preparesPasskey(newKey())])
      if (change?.batch === undefined) throw new Error('there is one')
      const sent = await scene.alice.sends({ ...change, passkey: key.signs(sha256(change.batch)) })
      expect(await errorOf(sent)).toContain('changed by themselves')
    })

    it('as the first one only shortly after the enrolment, and only one', async () => {
      const [early, late] = [await newcomer(), await newcomer()]
      const atOnce = await Promise.all([1, 2, 3, 4].map(() => early.addsPasskey(newKey())))
      expect(atOnce.filter(({ status }) => status === 200)).toHaveLength(1)
      // Both looked before either wrote.
      const passkeys = new Passkeys(scene.org.host.db, {
        relyingParty: relyingPartyOf(scene.net.network),
        clock: systemClock,
      })
      const slower = { id: 'slower', publicKey: newKey().publicKey, isFirst: true }
      await expect(passkeys.add(early.did, slower)).rejects.toMatchObject({ code: 'PasskeyNotAccepted' })
      await enrolledLongAgo(late)
      expect(await errorOf(await late.addsPasskey(newKey()))).toContain('within 15 minutes')
    })
  })

  it('are removed with one, and never the last', async () => {
    const dan = await newcomer()
    const [first, second] = [newKey(), newKey()]
    await dan.addsPasskey(first)
    await dan.addsPasskey(second, first)
    const removes = async (gone: SoftwareAuthenticator, vouching?: SoftwareAuthenticator) => {
      const ceremony = await dan.preparesRemoval(gone)
      return dan.sends({ ...ceremony, ...(vouching && { passkey: vouching.signs(ceremony.op) }) })
    }
    expect(await errorOf(await removes(first))).toContain('no passkey of yours')
    expect((await removes(first, second)).status).toBe(200)
    expect(await errorOf(await dan.addsPasskey(newKey(), first))).toContain('not registered for you')
    expect(await errorOf(await removes(second, second))).toContain('your last one')
  })

  it('are reset by administrators, and then wait', async () => {
    const input = { did: scene.bob.did as never, reason: 'lost the laptop' }
    const method = app.npm.operation.resetPasskeys
    const call = async (name: 'appliance' | 'gateway') =>
      createPeerClient('org', scene.net.network, await scene.net.authAs(name)).call(method, { input })
    await scene.bob.addsPasskey(newKey())
    await expect(call('gateway')).rejects.toMatchObject({ code: 'UntrustedIssuer' })
    const { removed, mayAddFrom } = await call('appliance')
    expect(removed).toBe(1)
    expect(Date.parse(mayAddFrom ?? '') - Date.now()).toBeGreaterThan(23 * 3_600_000)
    // Again, to be let in sooner: there is nothing left to remove.
    expect((await call('appliance')).mayAddFrom).toBe(mayAddFrom)
    expect(await errorOf(await scene.bob.addsPasskey(newKey()))).toContain('an administrator reset yours')
    const overNow = { may_add_from: new Date(Date.now() - 1) }
    await scene.org.host.db.updateTable('passkey_reset').set(overNow).where('did', '=', scene.bob.did).execute()
    expect((await scene.bob.addsPasskey(newKey())).status).toBe(200)
  })
})

describe('where the identity provider proves the second factor', () => {
  it('passkeys are neither added nor asked for', async () => {
    await using scene = await openScene()
    const key = new SoftwareAuthenticator(relyingPartyOf(scene.net.network))
    const refused = (await (await scene.alice.addsPasskey(key)).json()) as { message: string }
    expect(refused.message).toContain('proves the second factor itself')
    const ceremony = await scene.alice.preparesPermission({
      id: 'r',
      subject: 'everyone',
      action: 'read',
      packages: '*',
    })
    const { amr: _, ...claims } = ceremony.claims
    const sent = await scene.alice.approves({ ...ceremony, claims, passkey: key.signs(ceremony.op) })
    expect(sent.status).toBe(403)
  })
})
