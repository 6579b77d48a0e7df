import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import { Developer } from './developer.ts'
import { Scene } from './scene.ts'

let scene: Scene

beforeAll(async () => {
  scene = await Scene.open()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

describe('signing in', () => {
  it('gives the gateway a token signed by the person, for a login and nothing else', async () => {
    const claims = await new Developer(scene, 'alice').signsIn()
    expect(claims).toMatchObject({ aud: 'did:web:gateway.test', lxm: app.npm.gateway.login.$nsid })
    expect(Number(claims['exp']) - Number(claims['iat'])).toBeLessThanOrEqual(60)
    expect(claims['iss']).toMatch(/^did:plc:/)
  })
})
