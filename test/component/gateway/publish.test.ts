import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatewayScene } from './gateway-scene.ts'

let scene: GatewayScene

beforeAll(async () => {
  scene = await GatewayScene.opens()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

describe('publishing', () => {
  it('is done when the version can be installed', async () => {
    const { alice } = scene
    const published = await alice.publishes({ name: '@acme.test/hello', version: '1.0.0' })
    expect(published).toMatchObject({ status: 201, body: { success: true } })
  })
})
