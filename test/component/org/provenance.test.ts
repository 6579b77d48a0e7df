import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchRecordProof } from '#common/proof/index.ts'
import { app } from '#lexicons'
import { claimsOf, releaseOnGithub, SigstoreInstance, slsa1 } from '#test/support/sigstore/index.ts'
import { openScene, type Scene } from './scene.ts'

describe('the org PDS verifies for itself where a version was built', () => {
  let sigstore: SigstoreInstance
  let scene: Scene

  beforeAll(async () => {
    sigstore = await SigstoreInstance.start()
    scene = await openScene({}, [sigstore.trustedRoot])
    const { alice } = scene
    const rule = { id: 'alice-publishes', subject: alice.did, action: 'publish', packages: '@acme.test/*' }
    await alice.approves(await alice.preparesPermission(rule))
  })
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]()
    await sigstore[Symbol.asyncDispose]()
  })

  const bundleOf = (name: string, version: string) => (integrity: string) =>
    sigstore.sign(slsa1({ name, version, integrity }, releaseOnGithub), claimsOf(releaseOnGithub))

  it('writes a version whose bundle is true of its bytes', async () => {
    const bundle = bundleOf('@acme.test/built', '1.0.0')
    expect((await scene.alice.publishes('@acme.test/built@1.0.0', { bundle })).status).toBe(200)
    const collection = app.npm.package.version.$nsid
    const place = { did: scene.acme, role: 'org' as const, collection, rkey: 'acme.test:built:1.0.0' }
    expect((await fetchRecordProof(place, scene.proofs))?.record).toHaveProperty('provenance')
  })

  it('writes none whose bundle is of something else, though everybody approved it', async () => {
    const bundle = bundleOf('@acme.test/other', '1.0.0')
    const response = await scene.alice.publishes('@acme.test/lie@1.0.0', { bundle })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'InvalidProvenance' })
  })

  it('writes none with another bundle than the approved one', async () => {
    const bundle = bundleOf('@acme.test/swapped', '1.0.0')
    const ceremony = await scene.alice.preparesPublish('@acme.test/swapped@1.0.0', { bundle })
    await scene.alice.leavesWitness(ceremony)
    const body = Buffer.from(ceremony.body ?? Buffer.of())
    // Another signature over the same is as good to Sigstore, and is not what was approved.
    body[body.length - 2] = 0x20
    const response = await scene.alice.sends({ ...ceremony, body })
    expect(await response.json()).toMatchObject({ error: 'InvalidOperation' })
  })

  it.each([
    ['shorter', (body: Buffer) => body.subarray(0, -1)],
    ['longer', (body: Buffer) => Buffer.concat([body, Buffer.from(' ')])],
  ])('writes none whose bundle is %s than it was approved', async (what, changed) => {
    const name = `@acme.test/${what}`
    const ceremony = await scene.alice.preparesPublish(`${name}@1.0.0`, { bundle: bundleOf(name, '1.0.0') })
    await scene.alice.leavesWitness(ceremony)
    const response = await scene.alice.sends({ ...ceremony, body: changed(ceremony.body ?? Buffer.of()) })
    expect(response.status).toBe(400)
  })
})
