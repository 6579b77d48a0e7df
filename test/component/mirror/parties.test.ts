import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { put } from '#test/component/appview/appview-scene.ts'
import { attests, type Draft, drafts } from '#test/component/appview/deeds.ts'
import type { RepoAuthor, Write } from '#test/support/repo-author.ts'
import { PublicScene } from './public-scene.ts'

const waitMs = { timeout: 20_000, interval: 50 }
const name = '@duo.test/tool'

let scene: PublicScene
let duo: RepoAuthor
let ann: RepoAuthor
let eve: RepoAuthor

beforeAll(async () => {
  scene = await PublicScene.opens()
  duo = await scene.joins('duo.test')
  ann = await scene.joins('ann.test')
  eve = await scene.joins('eve.test')
  await scene.starts()
  await scene.tells(duo, [lists([ann.did], 'create')])
})
afterAll(() => scene?.[Symbol.asyncDispose]())

function lists(publishers: string[], action: Write['action']): Write {
  return put(app.npm.org.publishers.$nsid, 'self', { publishers }, action)
}

async function publishes(version: string, attester: RepoAuthor | undefined): Promise<Draft> {
  const draft = await drafts(duo, { name, version })
  scene.holds(draft)
  if (attester !== undefined) await scene.tells(attester, [attests(duo, draft)])
  await scene.tells(duo, version === '1.0.0' ? draft.writes : draft.writes.slice(0, 1))
  return draft
}

async function verdictOf(version: string, of = name) {
  const { gateway } = scene.inside.parts
  return (await gateway.call(app.npm.registry.getUpstreamVersion, { params: { name: of, version } })).verdict
}

const becomes = (version: string, expected: object, of = name) =>
  vi.waitFor(async () => expect(await verdictOf(version, of)).toMatchObject(expected), waitMs)

it('waits 72 hours from when it first saw the publisher listed', async () => {
  await publishes('1.0.0', ann)
  await becomes('1.0.0', { kind: 'hold', check: 'listed-publisher' })
  scene.passes(70)
  await publishes('1.0.1', ann)
  await becomes('1.0.1', { kind: 'hold', check: 'listed-publisher' })
  scene.passes(3)
  await becomes('1.0.0', { kind: 'allow' })
  await becomes('1.0.1', { kind: 'hold', check: 'minimum-age' })
})

it('holds what nobody attests, or nobody who is listed', async () => {
  await publishes('1.1.0', undefined)
  await publishes('1.2.0', eve)
  scene.passes(100)
  await becomes('1.0.1', { kind: 'allow' })
  await becomes('1.1.0', { kind: 'hold', check: 'attested-in-public' })
  await becomes('1.2.0', { kind: 'hold', check: 'attested-in-public' })
})

it('counts an attestation that comes later', async () => {
  const draft = await publishes('1.3.0', undefined)
  await becomes('1.3.0', { kind: 'hold', check: 'attested-in-public' })
  await scene.tells(ann, [attests(duo, draft)])
  await becomes('1.3.0', { kind: 'hold', check: 'minimum-age' })
})

it('goes on with what somebody stood for who has left since, and with nothing they say afterwards', async () => {
  await scene.tells(duo, [lists([eve.did], 'update')])
  await publishes('1.4.0', ann)
  await becomes('1.4.0', { kind: 'hold', check: 'attested-in-public' })
  expect(await verdictOf('1.0.0')).toMatchObject({ kind: 'allow' })
})

it('does not become single-party when the list is taken away', async () => {
  await scene.tells(duo, [{ action: 'delete', path: `${app.npm.org.publishers.$nsid}/self` }])
  await publishes('1.5.0', undefined)
  scene.passes(100)
  await becomes('1.5.0', { kind: 'hold', check: 'attested-in-public' })
})

it('tells a package of one party from one of two', async () => {
  const lone = await scene.joins('lone.test')
  const draft = await drafts(lone, { name: '@lone.test/x', version: '1.0.0' })
  await scene.tells(lone, draft.writes)
  await becomes('1.0.0', { kind: 'hold', check: 'minimum-age' }, '@lone.test/x')
  scene.passes(25)
  await becomes('1.0.0', { kind: 'allow' }, '@lone.test/x')
  const trustOf = async (of: string) => {
    const params = { name: of, version: '1.0.0', viewer: scene.inside.parts.alice.did as DidString }
    const { facts } = await scene.inside.parts.gateway.call(app.npm.registry.getTrust, { params })
    return facts.find(({ fact }) => fact === 'parties')?.says
  }
  expect(await trustOf('@lone.test/x')).toMatch(/^Single-party/)
  expect(await trustOf(name)).toMatch(/^Two-party/)
})
