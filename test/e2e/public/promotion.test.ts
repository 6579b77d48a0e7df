import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Promotion } from '#appliance/admin/index.ts'
import { openSource, type PromotingBox, startPromotingBox } from './promoting-box.ts'

const ui = '@acme.test/ui'
const waitMs = { timeout: 30_000, interval: 500 }
const waiver = ['--waive', 'provenance-missing=built before there was CI']

let scene: PromotingBox
beforeAll(async () => {
  scene = await startPromotingBox()
  await scene.publishes(openSource(ui, '1.0.0'))
})
afterAll(() => scene?.[Symbol.asyncDispose]())

it('says what has to change before', async () => {
  const { exitCode, stdout } = await scene.administers(scene.alice).runs('promote', 'check', `${ui}@1.0.0`)
  expect(stdout).toContain('provenance-missing')
  expect(exitCode).toBe(1)
})

it('makes public what one asked for and another approved', async () => {
  const [asker, approver] = [scene.administers(scene.alice), scene.administers(scene.carol)]
  await asker.reads('promote', 'request', `${ui}@1.0.0`, ...waiver)
  await approver.reads('promote', 'approve', ui)
  await vi.waitFor(async () => {
    const [found] = await asker.reads<Promotion[]>('promote', 'status', ui)
    expect([found?.state, found?.problem]).toEqual(['seen', undefined])
  }, waitMs)
})

it('lets a stranger see it', async () => {
  const answer = await fetch(`${scene.publicGateway}/${ui.replace('/', '%2f')}`)
  expect(answer.status).toBe(200)
})
