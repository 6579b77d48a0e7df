import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchRecordProof } from '#common/proof/index.ts'
import { createTid } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { Ceremony } from './person.ts'
import { openScene, type Scene } from './scene.ts'

describe('an exception that reaches the org PDS', () => {
  let scene: Scene

  beforeAll(async () => {
    scene = await openScene()
    const { alice } = scene
    const rule = { id: 'alice-excepts', subject: alice.did, action: 'except', packages: 'left-pad' }
    await alice.approves(await alice.preparesPermission(rule))
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  const errorOf = async (response: Response) => ((await response.json()) as { error?: string }).error ?? 'done'
  const approves = async (ceremony: Ceremony, by = scene.alice) => errorOf(await by.approves(ceremony))
  const written = async (id: string) => {
    const wanted = { role: 'org', collection: app.npm.policy.exception.$nsid, rkey: `left-pad:${id}` } as const
    return (await fetchRecordProof({ did: scene.acme, ...wanted }, scene.proofs))?.record
  }

  it('is written, and withdrawn in the same place', async () => {
    const id = createTid()
    expect(await approves(await scene.alice.preparesException('left-pad', { id }))).toBe('done')
    expect(await written(id)).toMatchObject({ package: 'left-pad', decidedBy: scene.alice.did })
    expect(await approves(await scene.alice.preparesException('left-pad', { id, withdrawn: true }))).toBe('done')
    expect(await written(id)).toMatchObject({ withdrawn: true })
  })

  it('is refused without an approval, and to who may not except this package', async () => {
    const id = createTid()
    expect(await errorOf(await scene.alice.sends(await scene.alice.preparesException('left-pad', { id })))).toBe(
      'NotAttested',
    )
    expect(await approves(await scene.alice.preparesException('right-pad'))).toBe('Forbidden')
    expect(await approves(await scene.bob.preparesException('left-pad', { id }), scene.bob)).toBe('Forbidden')
    expect(await written(id)).toBeUndefined()
  })

  it('is not put into the mouth of somebody else', async () => {
    const id = createTid()
    const inHisName = await scene.alice.preparesException('left-pad', { id, decidedBy: scene.bob.did })
    expect(await approves(inHisName)).toBe('InvalidOperation')
    expect(await written(id)).toBeUndefined()
  })
})
