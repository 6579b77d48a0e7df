import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { playTour } from '#appliance/tour/index.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'

let box: SupervisedBox

beforeAll(async () => {
  box = await startSupervisedBox()
})
afterAll(() => box?.[Symbol.asyncDispose]())

it('plays the tour with stock npm: login, publish, approve, install, ci, and what attackers meet', async () => {
  let told = ''
  const out = new Writable({
    write(chunk, _encoding, done) {
      told += chunk
      done()
    },
  })
  await playTour(box.gateway, out)
  expect(told).toContain('steps did what they say')
}, 240_000)
