import { randomBytes } from 'node:crypto'
import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { expireLabels } from '#appview/labels/index.ts'
import { subjectUri } from '#common/labels/index.ts'
import { app } from '#lexicons'
import { AppViewScene } from './appview-scene.ts'
import { alone, attests, drafts, permits } from './deeds.ts'
import { LabelDesk } from './label-desk.ts'

const minute = 60_000

let scene: AppViewScene
let desk: LabelDesk
let hello: { source: 'private'; org: string; name: string }
let firstCid: string

beforeAll(async () => {
  scene = await AppViewScene.opens()
  await scene.starts()
  desk = await LabelDesk.opens(scene.parts.config)
  const { acme, alice } = scene.parts
  hello = { source: 'private', org: acme.did, name: '@acme.test/hello' }
  const rule = permits(acme, 'alice-publishes', { subject: alice.did, action: 'publish' })
  await scene.tells(alice, [rule.approval()])
  await scene.tells(acme, [rule.write])
  for (const version of ['1.0.0', '2.0.0']) {
    const draft = await drafts(acme, { version })
    if (version === '1.0.0') firstCid = draft.record.cid
    await scene.tells(alice, [attests(acme, draft)])
    await scene.tells(acme, alone(draft))
  }
  await vi.waitFor(async () => {
    expect(await desk.db.selectFrom('ledger_judgement').select('version').execute()).toHaveLength(2)
  }, 20_000)
})
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]()
  await scene?.[Symbol.asyncDispose]()
})

let count = 0
let upstream: { source: 'upstream'; registry: string; name: string }
let purl: string
/** A package of upstream that nothing was said of yet. */
beforeEach(() => {
  count += 1
  upstream = { source: 'upstream', registry: 'default', name: `lib-${count}` }
  purl = `pkg:npm/lib-${count}`
})

describe('what is said of a version of upstream', () => {
  it('is what is said of itself, its package, or a range it is in', async () => {
    await desk.does({ subject: purl, versions: ['1.0.0'], val: 'advisory' })
    await desk.does({ subject: purl, val: 'deprecated' })
    await desk.does({ subject: purl, range: '<2.0.0', val: 'revoked' })
    expect(await desk.saidOf(upstream, '1.0.0')).toEqual(['we advisory own', 'we deprecated own', 'we revoked own'])
    expect(await desk.saidOf(upstream, '2.0.0-rc.1')).toEqual(['we deprecated own', 'we revoked own'])
    expect(await desk.saidOf(upstream, '2.0.0')).toEqual(['we deprecated own'])
    expect(await desk.saidOf({ ...upstream, registry: 'another' }, '2.0.0')).toEqual(['we deprecated own'])
    expect(await desk.saidOf({ ...upstream, name: `${upstream.name}-x` }, '1.0.0')).toEqual([])
  })

  it('ends when it is taken back, and holds again when it is said again', async () => {
    const said = { subject: purl, versions: ['1.0.0'], val: 'malware' }
    await desk.does(said)
    await desk.does({ ...said, neg: true })
    expect(await desk.saidOf(upstream, '1.0.0')).toEqual([])
    await desk.does(said)
    expect(await desk.saidOf(upstream, '1.0.0')).toEqual(['we malware own'])
  })

  it('is in the order of what was done, also within one moment and when the clock goes back', async () => {
    const said = { subject: purl, versions: ['1.0.0'], val: 'malware' }
    const now = Date.now()
    await desk.does(said, now)
    await desk.does({ ...said, neg: true }, now)
    expect(await desk.saidOf(upstream, '1.0.0')).toEqual([])
    await desk.does(said, now - minute)
    expect(await desk.saidOf(upstream, '1.0.0')).toEqual(['we malware own'])
  })

  it('is said once, and does not come back when the operation is carried out again', async () => {
    for (const about of [{ versions: ['1.0.0'] }, { range: '*' }]) {
      const said = { subject: purl, ...about, val: 'malware' }
      const op = randomBytes(32).toString('hex')
      await desk.does(said, Date.now(), op)
      await desk.does({ ...said, neg: true })
      expect(await desk.does(said, Date.now(), op)).toBe(0)
      expect(await desk.saidOf(upstream, '1.0.0')).toEqual([])
    }
  })

  it('ends when it expires, a rule as well', async () => {
    const exp = new Date(Date.now() + minute).toISOString()
    await desk.does({ subject: purl, versions: ['1.0.0'], val: 'quarantine', exp })
    await desk.does({ subject: purl, range: '>=1.0.0 <2.0.0-0', val: 'revoked', exp })
    expect(await desk.saidOf(upstream, '1.0.0')).toEqual(['we quarantine own', 'we revoked own'])
    expect(await desk.saidOf(upstream, '1.0.0', Date.now() + 2 * minute)).toEqual([])
  })

  it('cannot be taken back where it was never said, nor off one version of a range', async () => {
    const nothing = { subject: purl, versions: ['1.0.0'], val: 'malware', neg: true }
    await expect(desk.does(nothing)).rejects.toMatchObject({ code: 'InvalidOperation' })
    await expect(desk.does({ subject: purl, range: '*', val: 'malware', neg: true })).rejects.toMatchObject({
      code: 'InvalidOperation',
    })
    await desk.does({ subject: purl, range: '*', val: 'malware' })
    await expect(desk.does(nothing)).rejects.toMatchObject({ code: 'LabelledByRule' })
    await desk.does({ subject: purl, range: '*', val: 'malware', neg: true })
    expect(await desk.saidOf(upstream, '1.0.0')).toEqual([])
  })
})

describe('what other labelers say', () => {
  const [blocker, warner, stranger] = ['did:web:blocker.test', 'did:web:warner.test', 'did:web:stranger.test'] as const
  beforeAll(() => desk.trusts({ did: blocker, trust: 'block' }, { did: warner, trust: 'warn', values: ['advisory'] }))

  it('stands side by side with its trust; strangers, and values they may not use, count for nothing', async () => {
    for (const src of [blocker, warner, stranger]) {
      for (const val of ['malware', 'advisory']) await desk.hears({ src, uri: `${purl}@1.0.0`, val })
    }
    await desk.does({ subject: purl, versions: ['1.0.0'], val: 'audited' })
    expect(await desk.saidOf(upstream, '1.0.0')).toEqual([
      'we audited own',
      'blocker.test advisory block',
      'blocker.test malware block',
      'warner.test advisory warn',
    ])
  })

  it('is taken back by themselves alone', async () => {
    await desk.hears({ src: blocker, uri: purl, val: 'malware' })
    await desk.hears({ src: warner, uri: purl, val: 'malware', neg: true })
    expect(await desk.saidOf(upstream, '1.0.0')).toEqual(['blocker.test malware block'])
  })

  it('does not come back by being told again', async () => {
    const uri = `pkg:npm/${upstream.name}@1.0.0`
    const old = { src: blocker, uri, val: 'malware', cts: '2026-01-01T00:00:00Z' }
    expect(await desk.hears(old)).toBe(1)
    expect(await desk.hears({ ...old, cts: '2026-01-02T00:00:00Z', neg: true })).toBe(1)
    expect(await desk.hears(old)).toBe(0)
    expect(await desk.hears({ ...old, cts: '2025-12-31T00:00:00Z' })).toBe(1)
    expect(await desk.saidOf(upstream, '1.0.0')).toEqual([])
  })

  it('is known in every spelling', async () => {
    const scoped = { source: 'upstream' as const, registry: 'default', name: `@scope/lib-${count}` }
    await desk.hears({
      src: blocker,
      uri: `pkg:npm/@scope/lib-${count}@1.0.0?repository_url=https://r.example`,
      val: 'malware',
    })
    expect(await desk.saidOf(scoped, '1.0.0')).toEqual(['blocker.test malware block'])
    await desk.hears({ src: blocker, uri: `pkg:npm/%40scope/lib-${count}@1.0.0`, val: 'malware', neg: true })
    expect(await desk.saidOf(scoped, '1.0.0')).toEqual([])
  })

  it('counts no more when they are taken out of the configuration', async () => {
    await desk.hears({ src: blocker, uri: purl, val: 'malware' })
    await desk.trusts({ did: warner, trust: 'warn', values: ['advisory'] })
    expect(await desk.saidOf(upstream, '1.0.0')).toEqual([])
    // It is shown to who asks for it, and to nobody else.
    const { listLabels } = app.npm.registry
    const listed = async (labelers: DidString[]) =>
      (await scene.parts.gateway.call(listLabels, { params: { name: upstream.name, labelers } })).labels
    expect(await listed([])).toEqual([])
    expect(await listed([blocker])).toMatchObject([{ src: blocker, val: 'malware', trust: 'none' }])
    await desk.trusts({ did: blocker, trust: 'warn' }, { did: warner, trust: 'warn', values: ['advisory'] })
    expect(await desk.saidOf(upstream, '1.0.0')).toEqual(['blocker.test malware warn'])
    await desk.trusts({ did: blocker, trust: 'block' }, { did: warner, trust: 'warn', values: ['advisory'] })
  })
})

describe('what is said of a version of ours', () => {
  const uri = (version?: string) => subjectUri({ kind: 'private', org: hello.org, name: hello.name, version })

  it('is what is said of it, of its package, of its organisation, and of who made it', async () => {
    await desk.does({ subject: uri(), versions: ['1.0.0'], val: 'advisory' })
    await desk.does({ subject: uri(), val: 'experimental' })
    await desk.does({ subject: hello.org, val: 'unmaintained' })
    await desk.does({ subject: scene.parts.alice.did, val: 'quarantine' })
    await desk.does({ subject: scene.parts.bob.did, val: 'malware' })
    const [experimental, quarantine, unmaintained] = ['experimental', 'quarantine', 'unmaintained'].map(
      (val) => `we ${val} own`,
    )
    expect(await desk.saidOf(hello, '1.0.0')).toEqual(['we advisory own', experimental, quarantine, unmaintained])
    expect(await desk.saidOf(hello, '2.0.0')).toEqual([experimental, quarantine, unmaintained])
    for (const subject of [uri(), hello.org, scene.parts.alice.did]) {
      const val = { [uri()]: 'experimental', [hello.org]: 'unmaintained' }[subject] ?? 'quarantine'
      await desk.does({ subject, val, neg: true })
    }
    expect(await desk.saidOf(hello, '2.0.0')).toEqual([])
  })

  it('is about one revision when a label names one', async () => {
    const src = 'did:web:blocker.test'
    await desk.trusts({ did: src, trust: 'block' })
    await desk.hears({ src, uri: uri('1.0.0'), cid: firstCid, val: 'deprecated' })
    await desk.hears({ src, uri: uri('2.0.0'), cid: firstCid, val: 'deprecated' })
    expect(await desk.saidOf(hello, '1.0.0')).toContain('blocker.test deprecated block')
    expect(await desk.saidOf(hello, '2.0.0')).toEqual([])
  })

  it('is not what is said of an upstream package of the same name', async () => {
    await desk.does({ subject: 'pkg:npm/%40acme.test/hello', val: 'malware' })
    expect(await desk.saidOf(hello, '2.0.0')).toEqual([])
  })
})

it('has decided again what a label is about, and again when it expires', async () => {
  const now = Date.now()
  const end = new Date(now + minute)
  const isDue = async (at: Date) => {
    const due = desk.db.selectFrom('render_due').where('name', '=', hello.name).where('due_at', '<=', at)
    return (await due.select('due_at').execute()).length > 0
  }
  const expire = (at: Date) => desk.db.transaction().execute((tx) => expireLabels(tx, at))
  const subject = subjectUri({ kind: 'private', ...hello })
  await desk.does({ subject, val: 'advisory', exp: end.toISOString() }, now)
  await expect.poll(() => isDue(new Date())).toBe(false)
  // What other tests left.
  await expire(new Date(+end - 1))
  expect(await expire(new Date(+end - 1))).toBe(0)
  expect(await expire(end)).toBe(1)
  expect(await isDue(end)).toBe(true)
  expect(await expire(end)).toBe(0)
})
