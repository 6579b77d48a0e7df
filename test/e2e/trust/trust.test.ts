import { afterAll, beforeAll, expect, it } from 'vitest'
import { type OpenBox, openBox } from '#test/support/open-box.ts'

let opened: OpenBox | undefined
const box = (): OpenBox => opened ?? expect.fail('the box is not open')

beforeAll(async () => {
  opened = await openBox()
})
afterAll(() => opened?.[Symbol.asyncDispose]())

it('publishes what alice approves', async () => {
  await box().person('alice').publishes('@acme.test/honest@1.0.0')
  expect(await box().installable('@acme.test/honest@1.0.0')).toEqual({ listed: true, served: true })
})
