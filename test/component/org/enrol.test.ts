import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScene, type Scene } from './scene.ts'

describe('enrolment at the org PDS', () => {
  let scene: Scene

  beforeAll(async () => {
    scene = await openScene()
  })
  afterAll(() => scene[Symbol.asyncDispose]())

  const errorOf = async (response: Response) => ((await response.json()) as { error: string }).error

  it('binds what the IdP calls somebody to their DID, as often as it is asked to', async () => {
    const carol = await scene.newcomer('carol')
    expect(await (await carol.enrols()).json()).toEqual({ did: carol.did })
    expect((await carol.enrols()).status).toBe(200)
  })

  it('counts nothing of somebody who is not enrolled', async () => {
    const erin = await scene.newcomer('erin')
    expect(await errorOf(await erin.publishes('@acme.test/hello@1.0.0'))).toBe('StepUpRejected')
  })

  it('binds no subject twice, and no DID twice', async () => {
    const dan = await scene.newcomer('dan')
    const takesAlice = await dan.preparesEnrolment('subject-of-alice')
    const confirmed = { ...takesAlice, claims: { ...takesAlice.claims, sub: 'subject-of-alice' } }
    expect(await errorOf(await dan.sends(confirmed))).toBe('AlreadyBound')
    expect((await dan.enrols()).status).toBe(200)
    const other = await dan.preparesEnrolment('another-subject')
    expect(await errorOf(await dan.sends({ ...other, claims: { ...other.claims, sub: 'another-subject' } }))).toBe(
      'AlreadyBound',
    )
  })

  it('believes only the IdP about who somebody is', async () => {
    const frank = await scene.newcomer('frank')
    expect(await errorOf(await frank.enrols('subject-of-somebody-else'))).toBe('StepUpRejected')
    const ceremony = await frank.preparesEnrolment()
    const nonce = Buffer.alloc(32).toString('base64url')
    expect(await errorOf(await frank.sends({ ...ceremony, claims: { ...ceremony.claims, nonce } }))).toBe(
      'StepUpRejected',
    )
  })

  it('lets nobody enrol another', async () => {
    const grace = await scene.newcomer('grace')
    const ceremony = await grace.preparesEnrolment()
    const token = await scene.bob.signsToken(ceremony.op, ceremony.procedure)
    expect(await errorOf(await grace.sends({ ...ceremony, token }))).toBe('UntrustedIssuer')
  })
})
