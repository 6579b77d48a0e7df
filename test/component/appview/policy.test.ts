import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { rebuildIndex } from '#appview/index.ts'
import { policySchema } from '#common/policy/index.ts'
import { app } from '#lexicons'
import { AppViewScene } from './appview-scene.ts'
import { alone, attests, type Draft, drafts, permits } from './deeds.ts'
import { Listener } from './listener.ts'

const hourMs = 3_600_000
const waitMs = { timeout: 15_000, interval: 100 }

let scene: AppViewScene

beforeAll(async () => {
  scene = await AppViewScene.opens({ policy: policySchema.parse({ internal: { minAge: '2h' } }) })
  const { acme, alice } = scene.parts
  const rules = ['read', 'publish'].map((action) => permits(acme, action, { subject: alice.did, action }))
  await alice.writes(rules.map((rule) => rule.approval()))
  await acme.writes(rules.map(({ write }) => write))
  const first = await drafts(acme, { version: '1.0.0' })
  await alice.writes([attests(acme, first)])
  await acme.writes(first.writes)
  await scene.starts()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function publishes(version: string, manifest: object = {}): Promise<Draft> {
  const { acme, alice } = scene.parts
  const draft = await drafts(acme, { version, manifest })
  await scene.tells(alice, [attests(acme, draft)])
  await scene.tells(acme, alone(draft))
  return draft
}

function awaits({ name, version, record }: Draft) {
  const params = { org: scene.parts.acme.did as DidString, name, version, cid: record.cid, timeoutMs: 5_000 }
  return scene.parts.gateway.call(app.npm.registry.awaitVersion, { params })
}

async function versions(): Promise<string[]> {
  const params = { name: '@acme.test/hello', viewer: scene.parts.alice.did, form: 'full' }
  const response = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params).catch(unlessMissing)
  if (response === undefined) return []
  return Object.keys(((await response.json()) as { versions: object }).versions)
}

/** Of a package that has nothing to install there is no packument. */
function unlessMissing(error: { code?: string }): undefined {
  if (error.code !== 'NotFound') throw error
}

async function verdict(version: string) {
  const { acme, alice, gateway } = scene.parts
  const params = { org: acme.did as DidString, name: '@acme.test/hello', version, viewer: alice.did as DidString }
  return (await gateway.call(app.npm.registry.getVersion, { params })).verdict
}

it('an internal version that policy holds is written, said to be held at once, and installable when its time has come', async () => {
  const { net } = scene.parts
  const held = await publishes('1.1.0')
  expect(await awaits(held)).toMatchObject({
    indexed: true,
    installable: false,
    held: true,
    check: 'minimum-age',
    until: expect.any(String),
  })
  expect(await versions()).toEqual([])
  expect(await verdict('1.1.0')).toMatchObject({ kind: 'hold', check: 'minimum-age' })
  await using listener = await Listener.connects(net.network, await net.authAs('gateway'))
  scene.clock.aheadMs = 3 * hourMs
  await listener.until((update) => update['t'] === '#package' && update['name'] === '@acme.test/hello')
  // What was told may have been an earlier change still, that of a README that came late.
  await vi.waitFor(async () => expect(await versions()).toEqual(['1.0.0', '1.1.0']), waitMs)
  expect(await verdict('1.1.0')).toEqual({ kind: 'allow' })
})

it('one that brings a script to run on installation is held until somebody releases it, and the next one with it', async () => {
  const manifest = { scripts: { postinstall: 'node steal.js' } }
  for (const version of ['1.2.0', '1.2.1']) {
    const answer = await awaits(await publishes(version, manifest))
    expect(answer).toMatchObject({
      held: true,
      check: 'install-scripts',
      reason: expect.stringContaining('since 1.2.0'),
    })
    expect(answer).not.toHaveProperty('until')
  }
  await awaits(await publishes('1.2.2'))
  scene.clock.aheadMs += 2_000 * hourMs
  await vi.waitFor(async () => expect(await versions()).toContain('1.2.2'), waitMs)
  expect(await versions()).toEqual(['1.0.0', '1.1.0', '1.2.2'])
})

it('the index is the same when it is rebuilt, with what is held and what fell due', async () => {
  const held = await publishes('1.3.0', { scripts: { install: 'x' } })
  await awaits(held)
  const { identical, index } = await rebuildIndex(scene.parts.config, { dryRun: true, clock: scene.clock })
  expect(index.filter(({ missing, surplus, changed }) => missing + surplus + changed > 0)).toEqual([])
  expect(identical).toBe(true)
})

it('the index is not rebuilt by another policy than the AppView goes by', async () => {
  const config = { ...scene.parts.config, policy: policySchema.parse({}) }
  await expect(rebuildIndex(config, { dryRun: true, clock: scene.clock })).rejects.toMatchObject({
    code: 'RebuildFailed',
    message: expect.stringContaining('another policy'),
  })
})

it('what another policy allows is there soon after the next start', async () => {
  await scene.stops()
  scene.parts.config.policy = policySchema.parse({ internal: { installScripts: 'allow' } })
  await scene.starts()
  await vi.waitFor(async () => expect(await versions()).toContain('1.3.0'), waitMs)
})
