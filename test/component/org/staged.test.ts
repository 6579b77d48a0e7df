import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proveVersion } from '#common/proof/index.ts'
import { app } from '#lexicons'
import { openScene, type Scene } from './scene.ts'

/** What the org PDS does by itself, whatever the gateway says of who staged what. */
describe('a staged version, at the org PDS', () => {
  let scene: Scene

  beforeAll(async () => {
    scene = await openScene()
    const { alice, bob } = scene
    for (const [{ did }, action] of [
      [alice, 'publish'],
      [alice, 'approve'],
      [bob, 'approve'],
    ] as const) {
      const rule = { id: `${action}-${did.slice(-6)}`, subject: did, action, packages: '@acme.test/*' }
      await alice.approves(await alice.preparesPermission(rule))
    }
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  const codeOf = async (answer: Response) => ((await answer.json()) as { error?: string }).error

  it('is published by somebody who may approve, and the attestation says who staged it', async () => {
    const { alice, bob } = scene
    expect(await codeOf(await bob.publishes('@acme.test/hello@1.0.0', { stagedBy: alice.did }))).toBeUndefined()
    const claim = { org: scene.acme, name: '@acme.test/hello', version: '1.0.0', attestedBy: bob.did }
    const { attestation } = await proveVersion(claim, scene.proofs)
    expect(attestation.record).toMatchObject({ stagedBy: alice.did, method: 'mfa' })
  })

  it('is not published by who staged it, though they may approve', async () => {
    const answer = await scene.alice.publishes('@acme.test/own@1.0.0', { stagedBy: scene.alice.did })
    expect(await codeOf(answer)).toBe('OwnStage')
  })

  it('is not published by who may not approve, nor as if nobody had staged it by who may only approve', async () => {
    const carol = await scene.newcomer('carol')
    await carol.enrols()
    const { alice, bob } = scene
    expect(await codeOf(await carol.publishes('@acme.test/more@1.0.0', { stagedBy: alice.did }))).toBe('Forbidden')
    expect(await codeOf(await bob.publishes('@acme.test/more@1.0.0'))).toBe('Forbidden')
  })

  it.each([
    ['nobody', 'somebody'],
    ['an account of another kind', 'did:web:gateway.test'],
    ['another record', () => `at://${scene.acme}/${app.npm.org.team.$nsid}/one`],
  ])('cannot be said to be staged by %s', async (_what, stager) => {
    const stagedBy = typeof stager === 'string' ? stager : stager()
    const asked = scene.bob.preparesPublish('@acme.test/odd@1.0.0', { stagedBy })
    await expect(asked).rejects.toMatchObject({ code: 'InvalidOperation' })
  })
})
