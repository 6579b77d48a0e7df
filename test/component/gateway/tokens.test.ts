import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatewayScene } from './gateway-scene.ts'
import type { Person } from './person.ts'
import { TokenDesk } from './token-desk.ts'

let scene: GatewayScene
let alice: Person
let desk: TokenDesk
beforeAll(async () => {
  scene = await GatewayScene.opens()
  ;({ alice } = scene)
  desk = new TokenDesk(alice)
})
afterAll(() => scene?.[Symbol.asyncDispose]())

describe('npm token create', () => {
  it('makes exactly the token that the page showed, after a second factor', async () => {
    const { made, page } = await desk.makes({
      name: 'ci',
      packages: ['@acme.test/hello'],
      scopes: ['tools'],
      packages_and_scopes_permission: 'read-only',
      cidr_whitelist: ['127.0.0.0/8'],
      expires: 7,
    })
    for (const shown of ['ci', '@acme.test/hello', '@tools/*', '127.0.0.0/8', 'read-only', 'alice.people.test']) {
      expect(page).toContain(shown)
    }
    expect(made).toMatchObject({
      token: expect.stringMatching(/^npm_[0-9A-Za-z]{40}$/),
      name: 'ci',
      readonly: true,
      cidr_whitelist: ['127.0.0.0/8'],
      permissions: [{ name: 'package', action: 'read' }],
      scopes: [
        { type: 'package', name: '@acme.test/hello' },
        { type: 'package', name: '@tools/*' },
      ],
    })
    const listed = (await desk.lists()).find(({ key }) => key === made.key)
    expect(listed).toMatchObject({ name: 'ci', token: made.token.slice(0, 8), accessed: null })
    expect(JSON.stringify(listed)).not.toContain(made.token)
  })
})
