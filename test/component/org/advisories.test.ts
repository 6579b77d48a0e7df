import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchRecordProof } from '#common/proof/index.ts'
import { app } from '#lexicons'
import type { Ceremony } from './person.ts'
import { openScene, type Scene } from './scene.ts'

describe('an advisory that reaches the org PDS', () => {
  let scene: Scene

  beforeAll(async () => {
    scene = await openScene()
    const { alice } = scene
    const rule = { id: 'alice-labels', subject: alice.did, action: 'label', packages: 'left-pad' }
    await alice.approves(await alice.preparesPermission(rule))
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  const errorOf = async (response: Response) => ((await response.json()) as { error?: string }).error ?? 'done'
  const approves = async (ceremony: Ceremony, by = scene.alice) => errorOf(await by.approves(ceremony))
  const written = async (rkey: string) => {
    const wanted = { role: 'org', collection: app.npm.security.advisory.$nsid, rkey } as const
    return (await fetchRecordProof({ did: scene.acme, ...wanted }, scene.proofs))?.record
  }

  it('is written, and withdrawn in the same place and words, once', async () => {
    const id = 'ACME-1'
    expect(await approves(await scene.alice.preparesAdvisory('left-pad', { id }))).toBe('done')
    expect(await written(id)).toMatchObject({ package: 'left-pad', summary: 'Reads files' })
    const changed = { id, withdrawn: true, reason: 'none', summary: 'Something else' }
    expect(await approves(await scene.alice.preparesAdvisory('left-pad', changed))).toBe('InvalidOperation')
    expect(await approves(await scene.alice.preparesAdvisory('left-pad', { id, summary: 'Other' }))).toBe(
      'AdvisoryExists',
    )
    const over = { id, withdrawn: true, reason: 'none' }
    expect(await approves(await scene.alice.preparesAdvisory('left-pad', over))).toBe('done')
    expect(await written(id)).toMatchObject({ withdrawn: true, reason: 'none', summary: 'Reads files' })
    expect(await approves(await scene.alice.preparesAdvisory('left-pad', over))).toBe('AdvisoryWithdrawn')
    expect(await approves(await scene.alice.preparesAdvisory('left-pad', { id }))).toBe('AdvisoryWithdrawn')
  })

  it('is refused without an approval, to who may not label this package, and when it withdraws nothing', async () => {
    const id = 'ACME-2'
    expect(await errorOf(await scene.alice.sends(await scene.alice.preparesAdvisory('left-pad', { id })))).toBe(
      'NotAttested',
    )
    expect(await approves(await scene.alice.preparesAdvisory('right-pad', { id }))).toBe('Forbidden')
    expect(await approves(await scene.bob.preparesAdvisory('left-pad', { id }), scene.bob)).toBe('Forbidden')
    const nothing = { id, withdrawn: true, reason: 'none' }
    expect(await approves(await scene.alice.preparesAdvisory('left-pad', nothing))).toBe('UnknownAdvisory')
    expect(await written(id)).toBeUndefined()
  })
})
