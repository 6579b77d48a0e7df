import { hash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { nonceOf, parseBatch } from '#common/records/index.ts'
import { type Asked, approveSelected, buttonOn, Developer, onlyThese } from './developer.ts'
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
afterEach(async () => {
  scene.clock.aheadMs = 0
  // What one test left waiting is not the next one's.
  await scene.changePeopleTables(`UPDATE approval SET state = 'denied' WHERE state IN ('open', 'approved')`, [])
})

let release = 0
async function asksAs<const Names extends readonly string[]>(client: string, ...names: Names) {
  release += 1
  const asked: Asked[] = []
  for (const name of names) asked.push(await alice.asksToPublish(`@acme.test/${name}`, `1.0.${release}`, { client }))
  return asked as { -readonly [At in keyof Names]: Asked }
}

/** Packages that her usual token asks to publish, all of one release. */
const asksFor = <const Names extends readonly string[]>(...names: Names) => asksAs('token-1', ...names)

const codeOf = async (asked: Asked) => (await alice.polls(asked)).body['token']
const nameOf = ({ record }: Asked) => String(record.rkey.split(':').at(1))

describe('everything that waits', () => {
  it('is on one page, each with what it would write, and what of it cannot be approved with its reason', async () => {
    const [good, broken] = await asksFor('part-0', 'part-1')
    scene.parked.uploads.set(broken.integrity ?? '', Buffer.from('not a tarball'))
    const page = await alice.seesWaiting()
    expect(page).toMatchObject({ status: 200, title: expect.stringContaining('Waiting for your approval') })
    expect(page.text).toContain(good.integrity)
    expect(page.text).toContain('The first version of this package')
    expect(page.text).toMatch(/Cannot be approved now publish @acme.test\/part-1@1.0.\d+ as latest: The tarball/)
    const ticked = Object.keys(buttonOn(page, approveSelected).fields).filter((name) => name.startsWith('select-'))
    expect(ticked).toHaveLength(1)
  })

  it('leaves tokens out, which are approved alone', async () => {
    await asksFor('part-0')
    await alice.asksForToken()
    const page = await alice.seesWaiting()
    expect(page.text).toContain('@acme.test/part-0')
    expect(page.text).not.toContain('create the token')
  })

  it('is announced on the page of each', async () => {
    const [first] = await asksFor('part-0', 'part-1', 'part-2')
    await asksAs('token-2', 'part-0')
    const page = await alice.opens(first.authUrl)
    expect(page.text).toContain('2 other operations of this token wait, too.')
    expect(page.links.map(({ href }) => new URL(href).pathname)).toContain('/approvals')
  })

  it('is told apart by token and by place', async () => {
    await asksFor('part-0')
    await asksAs('token-2', 'part-0')
    await alice.asksToPublish('@acme.test/elsewhere', `1.0.${release}`, {
      requester: { address: '192.0.2.7', client: 'npm/1.0.0' },
    })
    const page = await alice.seesWaiting()
    expect(page.forms.filter(({ buttons }) => buttons.includes(approveSelected))).toHaveLength(3)
    expect(page.text).toContain('Asked from 192.0.2.7')
    // The newest comes first: it is what somebody came for.
    expect(page.text.indexOf('192.0.2.7')).toBeLessThan(page.text.indexOf('Asked from 127.0.0.1'))
  })

  it('is nothing of anybody else’s', async () => {
    await asksFor('part-0')
    expect(await bob.seesWaiting()).toMatchObject({ title: expect.stringContaining('Nothing waits') })
  })

  it('does not hold what was asked for again', async () => {
    const [older] = await asksFor('part-0')
    const newer = await alice.asksToPublish('@acme.test/part-0', `1.0.${release}`)
    await alice.opensApproval(newer.operation, 'token-1', undefined, older.op)
    expect((await alice.opens(older.authUrl)).title).toContain('Asked for again')
    expect((await alice.polls(older)).status).toBe(404)
  })
})

describe('approving together', () => {
  it('takes one second factor for all, and gives one code that works once for each', async () => {
    const all = await asksFor('part-0', 'part-1', 'part-2', 'part-3')
    const page = await alice.approvesTogether()
    expect(page.title).toContain('Approved')
    const codes = await Promise.all(all.map(codeOf))
    expect(new Set(codes).size).toBe(1)
    expect(page.text).toContain(codes[0])
    for (const asked of all) {
      await expect(alice.witnessOf(asked)).resolves.toBeDefined()
      const { idToken, batch } = await alice.redeems(codes[0], asked)
      const list = parseBatch(batch ?? new Uint8Array())
      expect(decodeJwt(idToken)['nonce']).toBe(nonceOf(asked.op, list))
      expect(list.ops).toHaveLength(4)
      await expect(alice.redeems(codes[0], asked)).rejects.toMatchObject({ code: 'InvalidCode' })
    }
  })

  it('leaves out what was not selected', async () => {
    const [one, two, three] = await asksFor('part-0', 'part-1', 'part-2')
    await alice.approvesTogether([nameOf(one), nameOf(three)])
    expect(await codeOf(one)).toBeDefined()
    expect(await codeOf(two)).toBeUndefined()
    await expect(alice.witnessOf(two)).rejects.toMatchObject({ code: 'NotAttested' })
    const { batch } = await alice.redeems(await codeOf(one), one)
    expect(() => nonceOf(two.op, parseBatch(batch ?? new Uint8Array()))).toThrow('does not name')
  })

  it('denies together, too', async () => {
    const [one, two] = await asksFor('part-0', 'part-1')
    const page = await alice.seesWaiting()
    await alice.presses(page, approveSelected, { decision: 'deny', ...onlyThese(page, [nameOf(one)]) })
    expect((await alice.polls(one)).status).toBe(403)
    expect((await alice.polls(two)).status).toBe(202)
  })

  it('gives nothing to what was denied or has expired meanwhile', async () => {
    const [denied, kept] = await asksFor('part-0', 'part-1')
    const atProvider = await alice.presses(await alice.seesWaiting(), approveSelected)
    await alice.presses(await alice.opens(denied.authUrl), 'Deny')
    const page = await alice.authenticates(atProvider)
    expect(page.text).toMatch(/part-0@\S+ as latest: denied/)
    expect((await alice.polls(denied)).status).toBe(403)
    await expect(alice.witnessOf(denied)).rejects.toMatchObject({ code: 'NotAttested' })
    expect(await codeOf(kept)).toBeDefined()
  })

  it('shows the code again to who comes back', async () => {
    const [one] = await asksFor('part-0', 'part-1')
    await alice.approvesTogether()
    expect((await alice.seesWaiting()).text).toContain(await codeOf(one))
  })

  it('expires as a whole', async () => {
    const [one] = await asksFor('part-0', 'part-1')
    await alice.approvesTogether()
    const code = await codeOf(one)
    scene.clock.aheadMs = 301_000
    await expect(alice.redeems(code, one)).rejects.toMatchObject({ code: 'InvalidCode' })
  })
})

describe('a list is refused', () => {
  const changed = { status: 409, text: expect.stringContaining('Nothing was approved') }

  /** As the page's own checkbox would be sent. */
  const ticking = ({ authUrl }: Asked) => ({
    [`select-${hash('sha256', authUrl.split('/').at(-1) ?? '', 'base64url')}`]: 'yes',
  })

  /** Somebody edits the page before they press the button. */
  async function slipsIn(asked: Asked) {
    const page = await alice.seesWaiting()
    return alice.presses(page, approveSelected, ticking(asked))
  }

  it('with an operation that was never shown', async () => {
    await asksFor('part-0')
    const page = await alice.seesWaiting()
    const form = buttonOn(page, approveSelected)
    const [hidden] = await asksFor('part-0')
    const sent = await alice.browser.submit(form, ticking(hidden))
    expect(sent).toMatchObject(changed)
    expect((await alice.polls(hidden)).status).toBe(202)
  })

  it('with an operation of somebody else', async () => {
    await asksFor('part-0')
    const bobs = await bob.asksToPublish('@acme.test/of-bob', `1.0.${release}`)
    await bob.opens(bobs.authUrl)
    expect(await slipsIn(bobs)).toMatchObject(changed)
  })

  it('with an operation of another token', async () => {
    const [other] = await asksAs('token-2', 'part-0')
    await asksFor('part-0')
    const sent = await slipsIn(other)
    expect(sent).toMatchObject({ status: 400, text: expect.stringContaining('different tokens') })
  })

  it('with an operation that was answered', async () => {
    const [one] = await asksFor('part-0', 'part-1')
    const page = await alice.seesWaiting()
    await alice.presses(await alice.opens(one.authUrl), 'Deny')
    expect(await alice.presses(page, approveSelected)).toMatchObject(changed)
  })

  it('of nothing, or from another site', async () => {
    const [one] = await asksFor('part-0')
    const page = await alice.seesWaiting()
    const nothing = await alice.presses(page, approveSelected, onlyThese(page, []))
    expect(nothing).toMatchObject({ status: 400, text: expect.stringContaining('nothing is selected') })
    expect((await alice.presses(page, approveSelected, { form_token: undefined })).status).toBe(400)
    expect((await alice.polls(one)).status).toBe(202)
  })

  it('when somebody else comes back from the provider', async () => {
    const [one] = await asksFor('part-0', 'part-1')
    const atProvider = await alice.presses(await alice.seesWaiting(), approveSelected)
    const page = await new Developer(scene, 'bob', {}, alice.browser).authenticates(atProvider)
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining('somebody else') })
    expect((await alice.polls(one)).status).toBe(202)
  })

  it('when the provider signed another one', async () => {
    const [one] = await asksFor('part-0', 'part-1')
    const tampered = new Developer(scene, 'alice', {
      fetch: (url, init) => {
        if (url.searchParams.has('acr_values')) url.searchParams.set('nonce', 'of-another-list')
        return fetch(url, init)
      },
    })
    tampered.did = alice.did
    const page = await tampered.approvesTogether()
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining('does not count') })
    expect((await alice.polls(one)).status).toBe(202)
  })
})

describe('the one code', () => {
  it('survives being brought for something else by its own token, as "npm publish -ws --otp" does', async () => {
    const [one] = await asksFor('part-0', 'part-1')
    await alice.approvesTogether()
    const code = await codeOf(one)
    const [later] = await asksFor('part-0')
    await expect(alice.redeems(code, later)).rejects.toMatchObject({ code: 'InvalidCode' })
    await expect(alice.redeems(code, one)).resolves.toBeDefined()
  })

  it('is spent for all when another token or person brings it', async () => {
    const all = await asksFor('part-0', 'part-1')
    await alice.approvesTogether()
    const code = await codeOf(all[0])
    await expect(alice.redeems(code, all[0], 'token-2')).rejects.toMatchObject({ code: 'InvalidCode' })
    for (const asked of all) await expect(alice.redeems(code, asked)).rejects.toMatchObject({ code: 'InvalidCode' })
  })

  it('cannot be guessed for an operation more than five times', async () => {
    const [guessed, other] = await asksFor('part-0', 'part-1')
    await alice.approvesTogether()
    const code = await codeOf(guessed)
    for (let guess = 0; guess < 5; guess += 1) {
      await expect(alice.redeems(`GUESS-${guess}`, guessed)).rejects.toMatchObject({ code: 'InvalidCode' })
    }
    await expect(alice.redeems(code, guessed)).rejects.toMatchObject({ code: 'InvalidCode' })
    await expect(alice.redeems(code, other)).resolves.toBeDefined()
  })
})

describe('when the people PDS dies between two attestations', () => {
  // The release of the third fails as it would if the process were gone: nothing after it happens.
  const breakThird = `CREATE FUNCTION fail() RETURNS trigger AS $$ BEGIN RAISE 'gone'; END $$ LANGUAGE plpgsql;
    CREATE TRIGGER gone BEFORE UPDATE ON approval FOR EACH ROW
    WHEN (NEW.state = 'approved' AND position(convert_to('/part-2', 'UTF8') IN NEW.operation) > 0) EXECUTE FUNCTION fail()`
  const mend = 'DROP TRIGGER gone ON approval; DROP FUNCTION fail()'

  it('the rest get their codes at its next start', async () => {
    const all = await asksFor('part-0', 'part-1', 'part-2', 'part-3')
    const page = await alice.seesWaiting()
    await scene.changePeopleTables(breakThird, [])
    const broken = await alice.authenticates(await alice.presses(page, approveSelected))
    await scene.changePeopleTables(mend, [])
    expect(broken.status).toBe(500)
    expect(await codeOf(all[0])).toBeDefined()
    expect(await codeOf(all[3])).toBeUndefined()
    await scene.restartPeople()
    for (const asked of all) await expect(alice.redeems(await codeOf(asked), asked)).resolves.toBeDefined()
  })

  it('or when the person loads the page again', async () => {
    const all = await asksFor('part-0', 'part-1', 'part-2', 'part-3')
    const page = await alice.seesWaiting()
    await scene.changePeopleTables(breakThird, [])
    const broken = await alice.authenticates(await alice.presses(page, approveSelected))
    await scene.changePeopleTables(mend, [])
    const [again] = broken.links.filter(({ text }) => text === 'Try again')
    const mended = await alice.opens(again?.href ?? '')
    expect(mended.text).toContain('each of the 4 operations')
    for (const asked of all) await expect(alice.redeems(await codeOf(asked), asked)).resolves.toBeDefined()
  })
})
