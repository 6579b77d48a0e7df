import { encode } from '@atproto/lex-cbor'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { labelToWire } from '#common/labels/index.ts'
import { AppViewScene } from './appview-scene.ts'
import { FreeLabeler, newKey } from './free-labeler.ts'
import { LabelDesk } from './label-desk.ts'

let scene: AppViewScene
let desk: LabelDesk
/** Whose malware blocks, and who may say little. */
let strict: FreeLabeler
let modest: FreeLabeler

beforeAll(async () => {
  strict = await FreeLabeler.starts()
  modest = await FreeLabeler.starts()
  scene = await AppViewScene.opens({
    labelers: [
      { did: strict.did, url: strict.url, trust: 'block' },
      { did: modest.did, url: modest.url, key: modest.key.publicKey, trust: 'warn', values: ['advisory'] },
    ],
  })
  await scene.starts()
  desk = await LabelDesk.opens(scene.parts.config)
})
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]()
  await scene?.[Symbol.asyncDispose]()
  for (const labeler of [strict, modest]) await labeler?.[Symbol.asyncDispose]()
})

let count = 0
let purl: string
beforeEach(() => {
  count += 1
  purl = `pkg:npm/lib-${count}@1.0.0`
})
const said = () => desk.saidOf({ source: 'upstream', registry: 'default', name: `lib-${count}` }, '1.0.0')
const bySrc = (labeler: FreeLabeler, val: string, trust: string) =>
  `${labeler.did.slice('did:web:'.length)} ${val} ${trust}`

/** Everything a labeler said before was looked at. */
async function afterAnHonestLabel(labeler: FreeLabeler, val = 'advisory'): Promise<void> {
  await labeler.says(`pkg:npm/honest-${count}@1.0.0`, val)
  const honest = { source: 'upstream' as const, registry: 'default', name: `honest-${count}` }
  await expect.poll(() => desk.saidOf(honest, '1.0.0')).not.toEqual([])
}

it('what labelers say stands side by side, each with its trust', async () => {
  await strict.says(purl, 'malware')
  await modest.says(purl, 'advisory')
  const both = [bySrc(strict, 'malware', 'block'), bySrc(modest, 'advisory', 'warn')].toSorted()
  await expect.poll(async () => (await said()).toSorted()).toEqual(both)
  await strict.says(purl, 'malware', { neg: true })
  await expect.poll(said).toEqual([bySrc(modest, 'advisory', 'warn')])
})

it('takes nothing that is unsigned, wrongly signed, from the future, in another’s name or of another value', async () => {
  await strict.says(purl, 'malware', {}, await newKey())
  await strict.says(purl, 'advisory', { src: modest.did })
  await strict.says(purl, 'malware', { cts: new Date(Date.now() + 3_600_000).toISOString() })
  await modest.says(purl, 'malware')
  strict.sends('#labels', {
    labels: [{ ver: 1, src: strict.did, uri: purl, val: 'malware', cts: new Date().toISOString() }],
  })
  strict.sends('#labels', { labels: ['what is no label'] })
  await strict.says('https://example.com/', 'malware')
  await afterAnHonestLabel(strict)
  await afterAnHonestLabel(modest)
  expect(await said()).toEqual([])
  // Nor is anything of it written down, to count under other settings.
  const kept = await desk.db.selectFrom('ledger_label').where('uri', '=', purl).select(['src', 'val']).execute()
  expect(kept).toEqual([])
})

it('a replayed label gains nothing', async () => {
  const cts = new Date(Date.now() - 10_000).toISOString()
  await strict.says(purl, 'malware', { cts })
  await strict.says(purl, 'malware', { neg: true })
  await strict.says(purl, 'malware', { cts })
  await afterAnHonestLabel(strict)
  expect(await said()).toEqual([])
})

it('goes on where it was, after the connection broke, after nonsense, and after a restart', async () => {
  await afterAnHonestLabel(strict)
  for (const breaks of [
    () => strict.disconnects(),
    () => strict.sendsBytes(Buffer.from('nonsense')),
    () => strict.sendsBytes('text'),
  ]) {
    const connections = strict.cursors.length
    breaks()
    await expect.poll(() => strict.cursors.length).toBe(connections + 1)
    expect(strict.cursors.at(-1)).toBeGreaterThan(0)
  }
  const [connections, cursor] = [strict.cursors.length, strict.cursors.at(-1)]
  await scene.stops()
  await strict.says(purl, 'malware')
  await scene.starts()
  await expect.poll(said).toEqual([bySrc(strict, 'malware', 'block')])
  expect(strict.cursors.slice(connections)).toEqual([cursor])
})

it('follows a labeler to another key, asking once who it is, and takes no more from the one before', async () => {
  await afterAnHonestLabel(strict)
  const old = strict.key
  await strict.changesKey()
  const { asked } = strict
  await strict.says(purl, 'malware')
  await expect.poll(said).toEqual([bySrc(strict, 'malware', 'block')])
  expect(strict.asked).toBe(asked + 1)
  await strict.says(purl, 'malware', { neg: true }, old)
  await strict.says(purl, 'advisory', {}, await newKey())
  await afterAnHonestLabel(strict)
  expect(await said()).toEqual([bySrc(strict, 'malware', 'block')])
  expect(strict.asked).toBe(asked + 1)
})

it('does not ask who a labeler is whose key is in the settings', async () => {
  await modest.changesKey()
  await modest.says(purl, 'advisory')
  await afterAnHonestLabel(strict)
  expect(modest.asked).toBe(0)
  expect(await said()).toEqual([])
})

describe('the cursor of a labeler', () => {
  it('does not go back, whatever numbers it sends', async () => {
    await afterAnHonestLabel(strict)
    const label = await strict.key.sign({ src: strict.did, uri: purl, val: 'malware', cts: new Date().toISOString() })
    strict.sends('#labels', { seq: 1, labels: [labelToWire(label)] })
    await expect.poll(said).toEqual([bySrc(strict, 'malware', 'block')])
    const connections = strict.cursors.length
    strict.disconnects()
    await expect.poll(() => strict.cursors.length).toBe(connections + 1)
    expect(strict.cursors.at(-1)).toBeGreaterThan(1)
  })

  it('is forgotten when the labeler says that its stream is another one', async () => {
    const connections = strict.cursors.length
    strict.sendsBytes(Buffer.concat([{ op: -1 }, { error: 'FutureCursor' }].map((part) => encode(part))))
    await expect.poll(() => strict.cursors.slice(connections)).toEqual([0])
  })

  it('is worth nothing when it may say more than before: what was passed over is read again', async () => {
    await modest.says(purl, 'malware')
    await afterAnHonestLabel(strict)
    await scene.stops()
    const mayNow = { key: modest.key.publicKey, values: ['advisory', 'malware'] }
    const { labelers } = scene.parts.config
    scene.parts.config.labelers = labelers.map((one) => (one.did === modest.did ? { ...one, ...mayNow } : one))
    const connections = modest.cursors.length
    await scene.starts()
    await expect.poll(said).toEqual([bySrc(modest, 'malware', 'warn')])
    expect(modest.cursors.slice(connections)).toEqual([0])
  })
})
