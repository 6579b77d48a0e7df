import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { affectedEntry } from '#test/support/osv-entry.ts'
import { AdvisoryDesk, ownEntry } from './advisory-desk.ts'
import { GatewayScene } from './gateway-scene.ts'

const hello = '@acme.test/hello'

let scene: GatewayScene
let alice: AdvisoryDesk
let bob: AdvisoryDesk

beforeAll(async () => {
  scene = await GatewayScene.opens()
  alice = new AdvisoryDesk(scene.alice)
  bob = new AdvisoryDesk(scene.bob)
  for (const version of ['1.4.1', '1.4.2']) {
    expect(await scene.alice.publishes({ name: hello, version })).toMatchObject({ status: 201 })
  }
})
afterAll(() => scene?.[Symbol.asyncDispose]())

describe('without the permission "label"', () => {
  it('nobody writes an advisory, not even who manages the organisation', async () => {
    for (const name of [hello, 'left-pad']) {
      expect(await alice.adds(ownEntry(name))).toMatchObject({
        status: 403,
        body: { error: 'Forbidden', message: expect.stringContaining('"label') },
      })
    }
  })
})

describe('with it', () => {
  beforeAll(async () => scene.permits(await scene.alice.did(), 'label'))

  it('an advisory is approved with a page that says what it says, and audits tell of it within two seconds', async () => {
    const written = await alice.adds(ownEntry(hello, { details: 'It follows links.', aliases: ['CVE-2026-0007'] }))
    expect(written).toMatchObject({ status: 200, body: { id: expect.stringMatching(/^ATOLL-[2-7a-z]{13}$/) } })
    for (const part of [`${hello} <1.4.2`, '(high)', 'Reads the files of others']) expect(written.page).toContain(part)
    const began = performance.now()
    const [told, ...more] = await alice.audits(hello, '1.4.1')
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(more).toEqual([])
    expect(told).toEqual({
      id: expect.any(Number),
      url: expect.stringContaining(`${scene.url}/xrpc/`),
      title: 'Reads the files of others',
      severity: 'high',
      vulnerable_versions: '<1.4.2',
      cwe: [],
      cvss: { score: 0, vectorString: null },
    })
    expect(await alice.audits(hello, '1.4.2')).toEqual([])
  })

  it('is told of upstream’s packages too, with the capitals they have', async () => {
    const { body } = await alice.adds(ownEntry('JSONStream', { id: 'ACME-2026-1' }))
    expect(body).toMatchObject({ id: 'ACME-2026-1' })
    expect(await bob.audits('JSONStream', '1.0.0')).toMatchObject([{ severity: 'high' }])
    expect(await bob.audits('jsonstream', '1.0.0')).toEqual([])
  })

  it('ends when it is withdrawn, once, and stays to be read', async () => {
    await alice.adds(ownEntry('is-odd', { id: 'ACME-2026-2' }))
    expect(await alice.audits('is-odd', '1.0.0')).toHaveLength(1)
    expect(await alice.withdraws('ACME-2026-2', 'we read it wrongly')).toMatchObject({
      status: 200,
      page: expect.stringContaining('we read it wrongly'),
    })
    expect(await alice.audits('is-odd', '1.0.0')).toEqual([])
    expect(await alice.withdraws('ACME-2026-2')).toMatchObject({ status: 409, body: { error: 'AdvisoryWithdrawn' } })
    expect(await alice.adds(ownEntry('is-odd', { id: 'ACME-2026-2' }))).toMatchObject({ status: 409 })
    expect((await alice.lists({ id: 'ACME-2026-2' })).ids).toEqual([])
    const { advisories } = await alice.lists({ id: 'ACME-2026-2', all: 'true' })
    expect(advisories).toMatchObject([
      {
        source: 'own',
        advisory: { withdrawn: expect.any(String) },
        own: { reason: 'we read it wrongly', org: scene.acme },
      },
    ])
  })

  it('about a private package is as secret as the package', async () => {
    expect(await bob.audits(hello, '1.4.1')).toEqual([])
    expect((await bob.lists()).ids).toEqual(['ACME-2026-1'])
    expect((await alice.lists({ name: hello })).ids).toHaveLength(1)
    expect(await bob.adds(ownEntry(hello))).toMatchObject({ status: 404 })
  })

  it('says one thing under one id', async () => {
    const entry = ownEntry('is-even', { id: 'ACME-2026-3', references: [{ type: 'WEB', url: 'https://acme.test/3' }] })
    const first = await alice.adds(entry)
    expect(await alice.adds(entry)).toMatchObject({ status: 200, page: '', body: first.body })
    for (const changed of [{ summary: 'Something else' }, { affected: ownEntry('is-ten')['affected'] }]) {
      expect(await alice.adds({ ...entry, ...changed })).toMatchObject({
        status: 409,
        body: { error: 'AdvisoryExists' },
      })
    }
  })

  it.each([
    ['an unknown id', () => alice.withdraws('ACME-2026-99'), 404, 'UnknownAdvisory', 'ACME-2026-99'],
    ['no id at all', () => alice.withdraws(''), 400, 'InvalidRequest', ''],
    ['a package nobody has', () => alice.adds(ownEntry('@nobody.test/x')), 404, 'NotFound', '@nobody.test/x'],
    ['what is no object', () => alice.adds('an advisory'), 400, 'InvalidRequest', ''],
    [
      'what is far too large',
      () => alice.adds(ownEntry('x', { credits: 'x'.repeat(300_000) })),
      413,
      'PayloadTooLarge',
      '',
    ],
    [
      'a range that is none',
      () => alice.adds(ownEntry('x', { affected: [affectedEntry('x', [{ introduced: 'one' }])] })),
      400,
      'InvalidAdvisory',
      'Invalid Version: one',
    ],
  ])('%s is refused before anybody approves it', async (_, act, status, error, message) => {
    const answer = await act()
    expect(answer).toMatchObject({ status, page: '', body: { error, message: expect.stringContaining(message) } })
  })
})
