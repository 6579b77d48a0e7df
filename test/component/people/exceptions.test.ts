import type { DatetimeString, DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IdentityResolver } from '#common/identity/index.ts'
import { composeOperation, exceptionKey, putPermission } from '#common/operations/index.ts'
import { fetchRecordProof } from '#common/proof/index.ts'
import { parseOperation } from '#common/records/index.ts'
import { app } from '#lexicons'
import { buttonOn, Developer } from './developer.ts'
import type { PolicyOffice } from './policy-office.ts'
import { Scene } from './scene.ts'

let scene: Scene
let office: PolicyOffice
let alice: Developer
let bob: Developer
let carol: Developer

const held = { kind: 'hold', check: 'minimum-age', reason: 'too young', remedy: 'wait' } as const

beforeAll(async () => {
  scene = await Scene.open()
  office = scene.appview.office
  ;[alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => new Developer(scene, name)) as [
    Developer,
    Developer,
    Developer,
  ]
  for (const person of [alice, bob, carol]) await person.signsIn()
  const appliance = await scene.callAs('appliance')
  const managers = [alice.did as DidString]
  await appliance.call(app.npm.operation.registerOrg, { input: { org: scene.acme as DidString, managers } })
  office.deciders.set(alice.did, scene.acme as DidString)
  for (const version of ['1.3.0', '1.4.0', '1.5.0']) office.verdicts.set(`left-pad@${version}`, held)
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
})

const page = (query = '') => `${scene.config.network.publicUrls.people}/exceptions${query}`
const linkTo = (name: string, version: string) => page(`?${new URLSearchParams({ package: name, version })}`)

async function asks(person: Developer, version: string, reason = 'our build needs it') {
  const form = await person.opens(linkTo('left-pad', version))
  return person.presses(form, 'Ask for an exception', { reason })
}

async function requestsOf(person: Developer, all = false) {
  const gateway = await scene.callAs('gateway')
  const params = { viewer: person.did as DidString, all }
  return (await gateway.call(app.npm.operation.listExceptionRequests, { params })).requests
}

const idIn = (url: string) => new URL(url).searchParams.get('id') ?? ''

describe('the link in a refusal', () => {
  it('leads through the sign-in to a page where a developer says why', async () => {
    const stranger = new Developer(scene, 'dan')
    const form = await stranger.opens(linkTo('left-pad', '1.3.0'))
    expect(form.title).toContain('Ask for left-pad@1.3.0')
    expect(form.body).toContain('<label for="reason">')
  })

  it('shows the names in it as text, and nothing else', async () => {
    const form = await bob.opens(linkTo('<script>alert(1)</script>', '1.0.0'))
    expect(form.body).not.toContain('<script>')
  })
})

describe('a request', () => {
  it('is seen by who asked and by who may answer, and by nobody else', async () => {
    const asked = await asks(bob, '1.3.0')
    expect(asked.title).toContain('left-pad@1.3.0: waits for an answer')
    expect(asked.text).toContain('our build needs it')
    expect(asked.forms.flatMap(({ buttons }) => buttons)).toContain('I do not need it any more')
    const hers = await alice.opens(page())
    expect(hers.text).toContain('Wait for your answer left-pad@1.3.0')
    expect((await carol.opens(page())).text).not.toContain('left-pad')
    expect((await carol.opens(asked.url)).status).toBe(404)
    expect(scene.parked.exceptions.at(-1)).toMatchObject({ by: bob.did, what: 'requested', subject: 'left-pad@1.3.0' })
  })

  it('is one, however often it is asked for; the last reason counts', async () => {
    await asks(bob, '1.4.0', 'once')
    await asks(bob, '1.4.0', 'twice')
    const mine = (await requestsOf(bob)).filter(({ version }) => version === '1.4.0')
    expect(mine.map(({ reason }) => reason)).toEqual(['twice'])
  })

  it('leaves nothing when there is nothing to except, or nothing that can be, or no reason', async () => {
    office.verdicts.set('fine@1.0.0', { kind: 'allow' })
    office.verdicts.set('bad@1.0.0', { ...held, kind: 'block', check: 'not-revoked' })
    const before = (await requestsOf(bob, true)).length
    const gateway = await scene.callAs('gateway')
    const ask = (changes: object) =>
      gateway.call(app.npm.operation.requestException, {
        input: { did: bob.did as DidString, package: 'left-pad', version: '1.5.0', reason: 'why', ...changes },
      })
    await expect(ask({ package: 'fine', version: '1.0.0' })).rejects.toMatchObject({ code: 'NothingToExcept' })
    await expect(ask({ package: 'bad', version: '1.0.0' })).rejects.toMatchObject({ code: 'NeverExcepted' })
    await expect(ask({ package: 'unknown', version: '1.0.0' })).rejects.toMatchObject({ code: 'NotFound' })
    await expect(ask({ reason: '   ' })).rejects.toMatchObject({ code: 'InvalidRequest' })
    await expect(ask({ reason: 'x'.repeat(2_001) })).rejects.toMatchObject({ status: 400 })
    await expect(ask({ version: '^1.0.0' })).rejects.toMatchObject({ code: 'InvalidVersion' })
    expect((await requestsOf(bob, true)).length).toBe(before)
  })

  it('is one of twenty that wait for one person, at most', async () => {
    const gateway = await scene.callAs('gateway')
    const ask = (version: string) =>
      gateway.call(app.npm.operation.requestException, {
        input: { did: carol.did as DidString, package: 'many', version, reason: 'why' },
      })
    for (let patch = 0; patch <= 20; patch += 1) office.verdicts.set(`many@1.0.${patch}`, held)
    for (let patch = 0; patch < 20; patch += 1) await ask(`1.0.${patch}`)
    await expect(ask('1.0.20')).rejects.toMatchObject({ code: 'TooManyRequests' })
    expect(await requestsOf(carol)).toHaveLength(20)
  })
})

describe('a text that no database or reader should have to take', () => {
  it.each([
    ['of more than 2,000 characters', 'x'.repeat(2_001)],
    ['with a NUL', 'why \0 not'],
  ])('%s is refused from a form, too, whether it asks or answers', async (_which, text) => {
    const before = (await requestsOf(bob, true)).length
    office.verdicts.set('long@1.0.0', held)
    const form = await bob.opens(linkTo('long', '1.0.0'))
    expect((await bob.presses(form, 'Ask for an exception', { reason: text })).status).toBe(400)
    expect((await requestsOf(bob, true)).length).toBe(before)
    const { url } = await asks(bob, '1.3.0')
    expect((await alice.presses(await alice.opens(url), 'Deny', { reason: text })).status).toBe(400)
    expect((await requestsOf(bob)).find(({ id }) => id === idIn(url))?.state).toBe('open')
  })
})

describe('the queue', () => {
  const ask = async (person: Developer) => {
    office.verdicts.set('queued@1.0.0', held)
    const gateway = await scene.callAs('gateway')
    const input = { did: person.did as DidString, package: 'queued', version: '1.0.0', reason: 'why' }
    return gateway.call(app.npm.operation.requestException, { input })
  }
  const fills = (person: Developer, count: number, state: string, askedDaysAgo: number) =>
    scene.changePeopleTables(
      `INSERT INTO exception_request (id, did, package, version, reason, state, asked_at, told)
       SELECT 'filled-' || n, $1, 'filled', '1.0.' || n, 'why', $2, now() - $3::int * interval '1 day', true
       FROM generate_series(1, $4::int) n`,
      [person.did, state, String(askedDaysAgo), String(count)],
    )
  const empties = () =>
    scene.changePeopleTables("DELETE FROM exception_request WHERE package IN ('filled', 'queued')", [])

  it('takes fifty of one person in a day, answered or not', async () => {
    await fills(alice, 50, 'denied', 0)
    await expect(ask(alice)).rejects.toMatchObject({ code: 'TooManyRequests' })
    await empties()
    await fills(alice, 50, 'denied', 2)
    await ask(alice)
    await empties()
  })

  it('takes two thousand of all people together', async () => {
    await fills(bob, 2_000, 'open', 3)
    await expect(ask(alice)).rejects.toMatchObject({ code: 'TooManyRequests' })
    await empties()
    await ask(alice)
    await empties()
  })

  it('forgets after thirty days what nobody answered: it lapses, is granted no more and counts no more', async () => {
    await fills(bob, 25, 'open', 31)
    const lapsed = (await requestsOf(bob, true)).filter(({ package: name }) => name === 'filled')
    expect(new Set(lapsed.map(({ state }) => state))).toEqual(new Set(['lapsed']))
    expect((await requestsOf(bob)).filter(({ package: name }) => name === 'filled')).toEqual([])
    await ask(bob)
    const view = await alice.opens(page(`?id=${lapsed[0]?.id}`))
    expect(view.forms.flatMap(({ buttons }) => buttons)).not.toContain('Grant it…')
    await empties()
  })
})

describe('those who may answer', () => {
  const toldOf = (version: string) => office.told.filter((one) => one.version === version)

  it('are told of a request, once, without its reason', async () => {
    office.verdicts.set('left-pad@2.0.0', held)
    const { url } = await asks(bob, '2.0.0', 'a reason with a secret')
    await asks(bob, '2.0.0', 'another reason')
    await expect.poll(() => toldOf('2.0.0')).toHaveLength(1)
    const request = { id: idIn(url), package: 'left-pad', version: '2.0.0', check: 'minimum-age' }
    expect(toldOf('2.0.0')).toEqual([{ ...request, askedBy: bob.did, handle: 'bob.people.test' }])
  })

  it('are told after a restart of what nobody heard before, and not of what was answered meanwhile', async () => {
    for (const version of ['2.1.0', '2.2.0']) office.verdicts.set(`left-pad@${version}`, held)
    office.hears = false
    await asks(bob, '2.1.0')
    const { url } = await asks(bob, '2.2.0')
    await bob.presses(await bob.opens(url), 'I do not need it any more')
    await scene.restartPeople()
    expect(toldOf('2.1.0')).toEqual([])
    office.hears = true
    await expect.poll(() => toldOf('2.1.0'), { timeout: 10_000 }).toHaveLength(1)
    expect(toldOf('2.2.0')).toEqual([])
    expect(toldOf('2.0.0')).toHaveLength(1)
  })
})

describe('an answer', () => {
  it('that is no is seen by who asked, and is the last', async () => {
    const { url } = await asks(bob, '1.4.0')
    await alice.presses(await alice.opens(url), 'Deny', { reason: 'use 1.2' })
    const told = await bob.opens(url)
    expect(told.title).toContain('denied')
    expect(told.text).toContain('use 1.2')
    expect(told.text).toContain('alice')
    const gateway = await scene.callAs('gateway')
    const again = { did: alice.did as DidString, id: idIn(url), answer: 'deny' as const }
    await expect(gateway.call(app.npm.operation.answerExceptionRequest, { input: again })).rejects.toMatchObject({
      code: 'AlreadyAnswered',
    })
  })

  it('is not of who may not except the package', async () => {
    const { url } = await asks(bob, '1.5.0')
    const gateway = await scene.callAs('gateway')
    const by = (did: string, answer: 'deny' | 'withdraw') =>
      gateway.call(app.npm.operation.answerExceptionRequest, {
        input: { did: did as DidString, id: idIn(url), answer },
      })
    await expect(by(carol.did, 'deny')).rejects.toMatchObject({ code: 'NotFound' })
    await expect(by(bob.did, 'deny')).rejects.toMatchObject({ code: 'NotYoursToAnswer' })
    await expect(by(alice.did, 'withdraw')).rejects.toMatchObject({ code: 'NotYoursToAnswer' })
    await by(bob.did, 'withdraw')
    expect((await requestsOf(bob, true)).find(({ id }) => id === idIn(url))?.state).toBe('withdrawn')
  })

  it('that is yes goes through the ceremony, and the record is the organisation’s', async () => {
    const rule = { id: 'alice-excepts', subject: alice.did, action: 'except', packages: '*', effect: 'allow' }
    const input = { ...rule, createdAt: new Date().toISOString() }
    const expiry = Math.floor(Date.now() / 1000) + 600
    const composed = composeOperation({ org: scene.acme, procedure: putPermission.procedure, input, expiry })
    const { bytes: operation, op, write: record } = composed
    await alice.carriesOut({ ...(await alice.opensApproval(operation)), operation, op, record })
    const request = (await requestsOf(bob)).find(({ version }) => version === '1.3.0')
    const view = await alice.opens(page(`?id=${request?.id}`))
    const review = await alice.presses(view, 'Grant it…', { versions: '1.3.0', days: '7', reason: 'I read it' })
    expect(review.title).toContain('except left-pad 1.3.0 from minimum-age until')
    expect(review.text).toContain('I read it')
    const after = await alice.authenticates(await alice.presses(review, 'Approve'))
    expect(after.url).toBe(page())
    const exception = await writtenException()
    expect(exception).toMatchObject({ package: 'left-pad', requestedBy: bob.did, decidedBy: alice.did })
    expect(scene.parked.exceptions.at(-1)).toMatchObject({ by: alice.did, what: 'granted' })
    office.standing.set('left-pad@1.3.0', standing())
    expect((await requestsOf(bob)).map(({ id }) => id)).not.toContain(request?.id)
    expect((await bob.opens(page(`?id=${request?.id}`))).title).toContain('granted')
    office.standing.clear()
    expect((await requestsOf(bob, true)).find(({ id }) => id === request?.id)?.state).toBe('granted')
  })

  it('is written nowhere without the second factor', async () => {
    const { url } = await asks(bob, '1.5.0', 'once more')
    const view = await alice.opens(url)
    const review = await alice.presses(view, 'Grant it…', { versions: '1.5.0', days: '7', reason: 'no' })
    await alice.presses(review, 'Deny')
    expect(lastKey).not.toBe('')
    expect((await requestsOf(bob)).find(({ version }) => version === '1.5.0')?.state).toBe('open')
  })

  it('offers no more than a year', async () => {
    const request = (await requestsOf(bob)).find(({ version }) => version === '1.5.0')
    const view = await alice.opens(page(`?id=${request?.id}`))
    const refused = await alice.presses(view, 'Grant it…', { versions: '1.5.0', days: '367', reason: 'for ever' })
    expect(refused.status).toBe(400)
    expect(buttonOn(view, 'Grant it…').action).toContain('/exceptions')
  })
})

let lastKey = ''

/** What the org PDS has, with proof. */
async function writtenException() {
  const rows = await scene.readPeopleTables<{ operation: Buffer }>(
    "SELECT operation FROM approval WHERE client = 'pages' ORDER BY opened_at DESC LIMIT 1",
  )
  const { input } = parseOperation(new Uint8Array(rows[0]?.operation ?? []))
  lastKey = exceptionKey(String(input['name']), String(input['id']))
  const peer = await scene.callAs('people', 'org')
  const sources = { identities: new IdentityResolver(scene.net.network), peers: { org: peer, people: peer } }
  const collection = app.npm.policy.exception.$nsid
  return (await fetchRecordProof({ did: scene.acme, role: 'org', collection, rkey: lastKey }, sources))?.record
}

function standing(): app.npm.registry.listExceptions.Exception {
  const now = new Date().toISOString() as DatetimeString
  const uri = `at://${scene.acme}/${app.npm.policy.exception.$nsid}/${lastKey}` as const
  return {
    record: { uri: uri as never, cid: 'bafyreib2rxk3rh6kzwq5y3x5q5v3mzq6bqz7j5p6g4e2m4a5kqv3n4y5ze' },
    ...{ id: lastKey.slice(-13), org: scene.acme as DidString, package: 'left-pad', versions: '1.3.0' },
    ...{ checks: ['minimum-age'], until: now, reason: 'I read it', decidedBy: alice.did as DidString },
    ...{ createdAt: now, state: 'standing' },
  }
}
