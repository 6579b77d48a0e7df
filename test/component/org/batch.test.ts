import { encode } from '@atproto/lex-cbor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '#common/crypto/index.ts'
import { app } from '#lexicons'
import type { Ceremony } from './person.ts'
import { openScene, type Scene } from './scene.ts'

describe('operations that were approved together', () => {
  let scene: Scene
  let count = 0
  beforeAll(async () => {
    scene = await openScene()
    const rule = { id: 'all-publish', subject: 'everyone', action: 'publish', packages: '*' }
    await scene.alice.approves(await scene.alice.preparesPermission(rule))
  })
  afterAll(() => scene[Symbol.asyncDispose]())

  const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds

  async function prepared(size: number): Promise<Ceremony[]> {
    count += 1
    const specs = Array.from({ length: size }, (_, at) => `@acme.test/together-${at}@1.0.${count}`)
    return Promise.all(specs.map((spec) => scene.alice.preparesPublish(spec)))
  }

  async function answerTo(ceremony: Ceremony | undefined) {
    if (ceremony === undefined) throw new Error('there is none')
    const response = await scene.alice.approves(ceremony)
    return { status: response.status, ...((await response.json()) as { error?: string; message?: string }) }
  }

  it('are each executed with one ID token about their list', async () => {
    for (const ceremony of scene.alice.confirmsTogether(await prepared(3))) {
      expect(await answerTo(ceremony)).toMatchObject({ status: 200 })
    }
  })

  it('have the time it takes to publish a hundred, and no more', async () => {
    const [early, late] = scene.alice.confirmsTogether(await prepared(2))
    if (early === undefined || late === undefined) throw new Error('there are two')
    const at = (ceremony: Ceremony, seconds: number) => ({
      ...ceremony,
      claims: { ...ceremony.claims, auth_time: secondsAgo(seconds), iat: secondsAgo(Math.min(seconds, 299)) },
    })
    expect(await answerTo(at(early, 290))).toMatchObject({ status: 200 })
    expect(await answerTo(at(late, 310))).toMatchObject({ status: 403, error: 'StepUpRejected' })
  })

  it('do not take another with them', async () => {
    const [inside, outside] = await prepared(2)
    if (inside === undefined || outside === undefined) throw new Error('there are two')
    const [smuggled] = scene.alice.confirmsTogether([outside], [inside])
    const answer = await answerTo(smuggled)
    expect(answer).toMatchObject({ status: 400, error: 'InvalidOperation' })
    expect(answer.message).toContain('does not name this operation')
  })

  it('are those of the list that was signed, not of a longer one', async () => {
    const [shown, slipped] = await prepared(2)
    if (shown === undefined || slipped === undefined) throw new Error('there are two')
    const [signed] = scene.alice.confirmsTogether([shown])
    const [longer] = scene.alice.confirmsTogether([slipped], [shown, slipped])
    if (signed === undefined || longer === undefined) throw new Error('there are two')
    expect(await answerTo({ ...longer, claims: signed.claims })).toMatchObject({ status: 403, error: 'StepUpRejected' })
  })

  it('do not take the word about one operation for the word about its list, nor the other way round', async () => {
    const [alone, listed] = await prepared(2)
    if (alone === undefined || listed === undefined) throw new Error('there are two')
    const [wordAboutList, wordAboutOne] = scene.alice.confirmsTogether([listed, alone])
    if (wordAboutList === undefined || wordAboutOne === undefined) throw new Error('there are two')
    const { batch: _, ...withoutList } = wordAboutList
    expect(await answerTo(withoutList)).toMatchObject({ error: 'StepUpRejected' })
    expect(await answerTo({ ...wordAboutOne, claims: alone.claims })).toMatchObject({ error: 'StepUpRejected' })
  })

  it('are those of the person who calls', async () => {
    const [ceremony] = scene.alice.confirmsTogether(await prepared(1))
    if (ceremony === undefined) throw new Error('there is one')
    const token = await scene.bob.signsToken(ceremony.op, ceremony.procedure)
    expect(await answerTo({ ...ceremony, token })).toMatchObject({ error: 'StepUpRejected' })
  })

  const { $type } = app.npm.operation.defs.batch
  const hashes = (size: number) => Array.from({ length: size }, (_, at) => sha256(`${at}`))
  it.each<[string, (op: Uint8Array) => Uint8Array]>([
    ['of 101', (op) => encode({ $type, ops: [...hashes(100), op].sort(Buffer.compare) })],
    ['that is not sorted', (op) => encode({ $type, ops: [...hashes(3), op].sort(Buffer.compare).reverse() })],
    ['without a type', (op) => encode({ ops: [op] })],
    ['that is no DAG-CBOR', () => Buffer.from('list')],
    ['that is empty', () => encode({ $type, ops: [] })],
  ])('are refused with a list %s', async (_case, listOf) => {
    const [ceremony] = await prepared(1)
    if (ceremony === undefined) throw new Error('there is one')
    const answer = await answerTo({ ...ceremony, batch: listOf(ceremony.op) })
    expect(answer).toMatchObject({ status: 400, error: 'InvalidOperation' })
    expect(answer.message).toContain('its batch does not count')
  })
})
