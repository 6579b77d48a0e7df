import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RealScene } from './real-scene.ts'

const everybody = ['lib.test', 'duo.test', 'ann.duo.test']
const rounds = 6

let scene: RealScene
beforeAll(async () => {
  scene = await RealScene.opens()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

it('ends with exactly what the PDS has when it is killed, again and again, under a stream of commits', async () => {
  const { network } = scene
  const published: string[] = []
  const writing = new AbortController()
  const stream = (async () => {
    for (let nth = 0; !writing.signal.aborted; nth += 1) {
      const version = `1.1.${nth}`
      const pair = await network.publish('duo.test', '@duo.test/pair', version)
      published.push(version)
      await network.attest('ann.duo.test', pair)
      if (nth % 3 === 0) await network.publish('lib.test', `@lib.test/thing-${nth}`, '1.0.0')
      if (nth % 4 === 1) await network.deprecate('duo.test', '@duo.test/pair', version)
    }
  })()
  for (let round = 0; round < rounds; round += 1) {
    const child = await scene.forks()
    // At any moment of what it does, which is what this is about.
    await delay(Math.random() * 1_500)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  writing.abort()
  await stream
  await scene.inside.starts()
  await scene.isWhole(everybody)
  expect(published.length).toBeGreaterThan(rounds)
  const versions = ['1.0.0', ...published]
  await scene.shows('@duo.test/pair', versions)
  expect(await scene.ledger('duo.test')).toEqual(versions.map((version) => `duo.test:pair:${version}`).toSorted())
  const judged = await scene.sql('SELECT rkey FROM ledger_public_judgement')
  expect(judged).toHaveLength(versions.length)
})
