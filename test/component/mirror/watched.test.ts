import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { drafts } from '#test/component/appview/deeds.ts'
import { monitorToken } from '#test/support/network.ts'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { PublicScene } from './public-scene.ts'

const waitMs = { timeout: 20_000, interval: 100 }
const name = '@lib.test/colors'

let scene: PublicScene
let lib: RepoAuthor

beforeAll(async () => {
  scene = await PublicScene.opens()
  lib = await scene.joins('lib.test')
  await scene.starts()
  const draft = await drafts(lib, { name, version: '1.0.0' })
  scene.holds(draft)
  await scene.tells(lib, draft.writes)
  await scene.isMirrored(lib)
})
afterAll(() => scene?.[Symbol.asyncDispose]())

function relayUrls(): readonly [string, string] {
  const [relay, other] = scene.inside.parts.config.publicNetwork?.relays ?? []
  return [`${relay}`, `${other}`]
}

async function ask(path: string): Promise<Response> {
  const { appview } = scene.inside.parts.config.network.peers
  return fetch(`${appview.url}${path}`, { headers: { authorization: `Bearer ${monitorToken}` } })
}

interface Report {
  ready: boolean
  checks: { name: string; essential: boolean; ok: boolean }[]
  sources: { url: string; connected: boolean; position?: { seq: number; at?: string } }[]
  counts: Record<string, number>
}

const reports = (expected: (report: Report) => void) =>
  vi.waitFor(async () => expected((await (await ask('/readyz')).json()) as Report), waitMs)

it('tells how far each public relay was read, and what is mirrored', async () => {
  const [relay, other] = relayUrls()
  await reports(({ sources, counts, checks }) => {
    const followed = { connected: true, position: { seq: expect.any(Number), at: expect.any(String) } }
    expect(sources).toContainEqual({ url: relay, ...followed })
    expect(sources).toContainEqual({ url: other, connected: true, position: { seq: 0 } })
    const mirrored = { 'public.accounts': 1, 'public.waiting': 0, 'public.handles': 1, 'public.packages': 1 }
    expect(counts).toMatchObject({ ...mirrored, 'public.due': 0 })
    expect(checks).toContainEqual(
      expect.objectContaining({ name: `public relay ${relay}`, essential: false, ok: true }),
    )
  })
})

it('measures the same', async () => {
  const [relay] = relayUrls()
  await vi.waitFor(async () => {
    const text = await (await ask('/metrics')).text()
    expect(text).toMatch(new RegExp(`^atoll_appview_public_relay_connected\\{.*relay="${relay}".*\\} 1`, 'm'))
    expect(text).toMatch(/^atoll_appview_public_events_total\{.*outcome="applied".*\} [1-9]/m)
    expect(text).toMatch(/^atoll_appview_public_mirrored\{.*what="packages".*\} 1/m)
    expect(text).toMatch(new RegExp(`^atoll_appview_public_sequence\\{.*relay="${relay}".*\\} [1-9]`, 'm'))
  }, waitMs)
})

it('stays in service without a relay, and says which one is away', async () => {
  const [relay, other] = relayUrls()
  await scene.outside.relay[Symbol.asyncDispose]()
  await reports(({ ready, checks }) => {
    expect(ready).toBe(true)
    const isWell = (url: string) => checks.find((check) => check.name === `public relay ${url}`)?.ok
    expect([isWell(relay), isWell(other)]).toEqual([false, true])
  })
})
