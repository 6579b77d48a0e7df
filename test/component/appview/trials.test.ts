import type { AtUriString, DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { layOverPreset, policySchema } from '#common/policy/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { AppViewScene } from './appview-scene.ts'
import { attests, drafts, excepts, permits, type RightDraft } from './deeds.ts'

let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let appliance: PeerClient

beforeAll(async () => {
  scene = await AppViewScene.opens({ policy: policySchema.parse({ upstream: { firstUse: 'hold' } }) })
  ;({ acme, alice } = scene.parts)
  await scene.starts()
  appliance = await scene.callsAs('appliance')
  await takesEffect(await approved(permits(acme, 'alice-publishes', { subject: alice.did, action: 'publish' })))
  await takesEffect(await approved(permits(acme, 'alice-reads', { subject: alice.did, action: 'read' })))
  await takesEffect(await approved(permits(acme, 'alice-excepts', { subject: alice.did, action: 'except' })))
  const draft = await drafts(acme, { version: '1.0.0' })
  await scene.tells(alice, [attests(acme, draft)])
  await scene.tells(acme, draft.writes)
  const params = { org: acme.did as DidString, name: draft.name, version: '1.0.0', cid: draft.record.cid }
  await scene.parts.gateway.call(app.npm.registry.awaitVersion, { params: { ...params, timeoutMs: 5_000 } })
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function approved(draft: RightDraft): Promise<RightDraft> {
  await scene.tells(alice, [draft.approval()])
  await scene.tells(acme, [draft.write])
  return draft
}

async function takesEffect({ uri, cid }: RightDraft): Promise<void> {
  const params = { uri: uri as AtUriString, cid, timeoutMs: 5_000 }
  expect(await scene.parts.gateway.call(app.npm.registry.awaitRecord, { params })).toMatchObject({ effective: true })
}

function tested(name: string, version: string, viewer = alice.did) {
  const params = { viewer: viewer as DidString, name, version }
  return scene.parts.gateway.call(app.npm.registry.testPolicy, { params })
}

async function outcomeOf(name: string, version: string, check: string) {
  return (await tested(name, version)).checks.find((look) => look.check === check)?.outcome
}

async function eventually<Value>(ask: () => Promise<Value>, wanted: Value): Promise<void> {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline; ) {
    if ((await ask()) === wanted) return
  }
  expect(await ask()).toBe(wanted)
}

async function diffed(policy: object) {
  const changes: app.npm.registry.diffPolicy.Change[] = []
  let after: string | undefined
  do {
    const input = { policy: policy as Record<string, never>, ...(after === undefined ? {} : { after }) }
    const page = await appliance.call(app.npm.registry.diffPolicy, { input })
    changes.push(...page.changes)
    after = page.after
  } while (after !== undefined)
  return changes
}

describe('a policy test', () => {
  it('tells each check in order, and with what facts', async () => {
    const { checks, verdict, facts, source } = await tested('@acme.test/hello', '1.0.0')
    expect([source, verdict.kind]).toEqual(['internal', 'allow'])
    expect(checks.map(({ check }) => check).slice(0, 3)).toEqual(['not-purged', 'not-tampered', 'not-retired'])
    expect(checks.every(({ outcome }) => outcome === 'passed')).toBe(true)
    expect(facts).toMatchObject({ name: '@acme.test/hello', version: '1.0.0' })
  })

  it('knows nothing of what somebody may not read, and of what is not there', async () => {
    await expect(tested('@acme.test/hello', '1.0.0', scene.parts.bob.did)).rejects.toMatchObject({ code: 'NotFound' })
    await expect(tested('@acme.test/hello', '9.9.9')).rejects.toMatchObject({ code: 'NotFound' })
  })
})

describe('a package that nobody here ever used', () => {
  it('is held, however often it is asked for, until an exception lets it in; and is used from then on', async () => {
    scene.parts.registry.hasAll('left-pad', ['1.3.0', '2.0.0'])
    for (const _ of [1, 2]) {
      expect((await tested('left-pad', '1.3.0')).verdict).toMatchObject({ kind: 'hold', check: 'first-use' })
    }
    const id = '3kaaaaaaaaaaa'
    const exception = { name: 'left-pad', id, decidedBy: alice.did, checks: ['first-use'] }
    await takesEffect(await approved(excepts(acme, exception)))
    await eventually(() => outcomeOf('left-pad', '1.3.0', 'first-use'), 'passed')
    const shown = { name: 'left-pad', viewer: alice.did, form: 'full' }
    const response = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, shown)
    expect(Object.keys(((await response.json()) as { versions: object }).versions)).toEqual(['1.3.0', '2.0.0'])
    await takesEffect(await approved(excepts(acme, { ...exception, withdrawn: true }, 'update')))
    expect(await outcomeOf('left-pad', '1.3.0', 'first-use')).toBe('passed')
  })

  it('stays so by an exception from another check', async () => {
    scene.parts.registry.has('right-pad', '1.0.0')
    expect(await outcomeOf('right-pad', '1.0.0', 'first-use')).toBe('hold')
    await takesEffect(await approved(excepts(acme, { name: 'right-pad', decidedBy: alice.did, checks: ['licence'] })))
    expect(await outcomeOf('right-pad', '1.0.0', 'first-use')).toBe('hold')
  })
})

describe('another policy', () => {
  it('is compared with the one that counts, version by version, and applied to nothing', async () => {
    expect(await diffed({ upstream: { firstUse: 'hold' } })).toEqual([])
    const changes = await diffed({ preset: 'standard' })
    expect(changes.map(({ package: name, from, to }) => [name, from.kind, to.kind])).toEqual([
      ['right-pad', 'hold', 'allow'],
    ])
    const stricter = await diffed({ internal: { minAge: '7d' }, upstream: { firstUse: 'hold' } })
    expect(stricter).toMatchObject([{ package: '@acme.test/hello', source: 'internal', to: { check: 'minimum-age' } }])
    expect((await tested('@acme.test/hello', '1.0.0')).verdict.kind).toBe('allow')
  })

  it('is looked at page by page, each package once', async () => {
    const names = Array.from({ length: 30 }, (_, at) => `page-${at}`)
    for (const name of names) scene.parts.registry.has(name, '1.0.0')
    for (const name of names) await tested(name, '1.0.0')
    const changed = (await diffed(layOverPreset({ preset: 'relaxed' }) as object)).map((one) => one.package)
    expect(changed.filter((name) => name.startsWith('page-')).toSorted()).toEqual(names.toSorted())
  })

  it('is a policy, and for who keeps the box', async () => {
    await expect(diffed({ upstream: { minAge: 'soon' } })).rejects.toMatchObject({ code: 'InvalidPolicy' })
    const input = { policy: {} }
    await expect(scene.parts.gateway.call(app.npm.registry.diffPolicy, { input })).rejects.toMatchObject({
      code: 'UntrustedIssuer',
    })
  })
})

describe('packages whose scripts may run', () => {
  it('are those of which policy lets in a version that has any', async () => {
    const scripts = { scripts: { postinstall: 'node build.js' } }
    scene.parts.registry.has('builder', '1.0.0', scripts)
    scene.parts.registry.has('refused-builder', '1.0.0', scripts)
    await tested('builder', '1.0.0')
    await tested('refused-builder', '1.0.0')
    const listed = async () => {
      const names: string[] = []
      let after: string | undefined
      do {
        const page = await appliance.call(app.npm.registry.listBuilders, {
          params: after === undefined ? {} : { after },
        })
        names.push(...page.builders.map((builder) => builder.package))
        after = page.after
      } while (after !== undefined)
      return names
    }
    expect(await listed()).toEqual([])
    const checks = ['first-use', 'install-scripts']
    await takesEffect(await approved(excepts(acme, { name: 'builder', decidedBy: alice.did, checks })))
    expect(await listed()).toEqual(['builder'])
  })
})
