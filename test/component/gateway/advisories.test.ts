import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import { runAtoll } from '#test/support/atoll-command.ts'
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

/** What npm shows to who fetches this tarball. */
async function noticeOf(path: string): Promise<string> {
  const answer = await scene.alice.asks(`/${path}`)
  expect(answer.status).toBe(200)
  return answer.headers.get('npm-notice') ?? ''
}

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

  it('is told of each version, with its record as proof, and as a warning to who installs it', async () => {
    const [known] = (await alice.lists({ name: hello })).advisories
    const id = known?.advisory.id
    const told = async (version: string) => {
      const path = `/xrpc/${app.npm.registry.getTrust.$nsid}?${new URLSearchParams({ name: hello, version })}`
      const { facts } = (await (await scene.alice.asks(path)).json()) as app.npm.registry.getTrust.$OutputBody
      return facts.filter(({ fact }) => fact === 'advisory')
    }
    const proof = { by: 'own', proof: known?.own?.record }
    expect(await told('1.4.1')).toMatchObject([{ ...proof, stance: 'against', says: expect.stringContaining(`${id}`) }])
    expect(await noticeOf('@acme.test/hello/-/hello-1.4.1.tgz')).toContain(`high advisory ${id}: Reads the files`)
    expect(await noticeOf('@acme.test/hello/-/hello-1.4.2.tgz')).toBe('')
  })

  it('warns of what comes from upstream within two seconds, and ends the warning as fast', async () => {
    scene.parts.registry.hasAll('left-pad', ['1.3.0', '1.3.1'])
    const tarball = 'left-pad/-/left-pad-1.3.0.tgz'
    expect(await noticeOf(tarball)).toBe('')
    await alice.adds(ownEntry('left-pad', { id: 'ACME-2026-9' }))
    await expect.poll(() => noticeOf(tarball), { timeout: 2_000 }).toContain('high advisory ACME-2026-9')
    await alice.withdraws('ACME-2026-9')
    await expect.poll(() => noticeOf(tarball), { timeout: 2_000 }).toBe('')
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
    const references = [{ type: 'WEB', url: 'https://acme.test/3' }]
    const entry = ownEntry('is-even', { id: 'ACME-2026-3', references, details: 'x'.repeat(20_000) })
    const first = await alice.adds(entry)
    expect(await alice.adds(entry)).toMatchObject({ status: 200, page: '', body: first.body })
    for (const changed of [{ summary: 'Something else' }, { affected: ownEntry('is-ten')['affected'] }]) {
      expect(await alice.adds({ ...entry, ...changed })).toMatchObject({
        status: 409,
        body: { error: 'AdvisoryExists' },
      })
    }
  })

  it('is told once with what others call the same, and of each version that nobody else names', async () => {
    for (const [id, events] of [
      ['ACME-2026-30', [{ introduced: '0' }, { fixed: '1.0.0' }]],
      ['ACME-2026-31', [{ introduced: '1.0.0' }, { fixed: '2.0.0' }]],
      ['ACME-2026-32', [{ introduced: '0' }, { fixed: '2.0.0' }]],
    ] as const) {
      const affected = [affectedEntry('is-six', [...events])]
      expect(await alice.adds(ownEntry('is-six', { id, affected, aliases: ['CVE-2026-30'] }))).toMatchObject({
        status: 200,
      })
    }
    const told = await alice.audits('is-six', '0.5.0', '1.5.0')
    expect(told.map((one) => one['vulnerable_versions'])).toEqual(['<1.0.0', '>=1.0.0 <2.0.0'])
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

describe('atoll advisory', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atoll-advisory-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** Whoever types it approves what it asks for. */
  async function atoll(...args: string[]) {
    const env = { ...process.env, ATOLL_DATA: folder, ATOLL_PORTS: 'free', ATOLL_PUBLIC_URL_GATEWAY: scene.url }
    let asked: Promise<void> | undefined
    const onStderr = (stderr: string) => {
      const [url] = /http\S+\/approve\/\S+(?=\n)/.exec(stderr) ?? []
      if (url !== undefined) asked ??= scene.alice.browser.approve(url)
    }
    const outcome = await runAtoll(['advisory', ...args, '--token', scene.alice.token ?? ''], {
      cwd: folder,
      env,
      onStderr,
    })
    await asked
    return { ...outcome, approved: asked !== undefined }
  }

  it('writes one of a few words, and withdraws it', async () => {
    const words = ['--package', 'is-ten', '--affected', '<1.4.2', '--fixed', '1.4.2', '--severity', 'critical']
    const added = await atoll('add', ...words, '--summary', 'It is not ten', '--id', 'ACME-2026-20')
    expect([added.exitCode, added.stdout, added.approved]).toEqual([
      0,
      'ACME-2026-20 stands: audits tell of it from now on.\nIt ends with: atoll advisory withdraw ACME-2026-20 --reason "…"\n',
      true,
    ])
    expect(await alice.audits('is-ten', '1.4.1')).toMatchObject([{ severity: 'critical', title: 'It is not ten' }])
    const withdrawn = await atoll('withdraw', 'ACME-2026-20', '--reason', 'it is', '--json')
    expect(JSON.parse(withdrawn.stdout)).toMatchObject({ id: 'ACME-2026-20', uri: expect.any(String) })
    expect(await alice.audits('is-ten', '1.4.1')).toEqual([])
  })

  it('writes one of a file, and does not ask for what is there', async () => {
    await writeFile(join(folder, 'own.json'), JSON.stringify(ownEntry('is-two', { id: 'ACME-2026-21' })))
    expect(await atoll('add', 'own.json')).toMatchObject({ exitCode: 0, approved: true })
    expect(await atoll('add', 'own.json')).toMatchObject({ exitCode: 0, approved: false })
  })

  it('says what to do instead', async () => {
    await writeFile(join(folder, 'broken.json'), '{')
    for (const [args, exitCode, message] of [
      [['add'], 2, 'Name a file of OSV, or say --package, --affected, --severity, --summary'],
      [['add', 'broken.json'], 1, 'broken.json is not JSON'],
      [['withdraw', 'ACME-2026-99', '--reason', 'x'], 1, 'There is no advisory ACME-2026-99'],
    ] as const) {
      expect(await atoll(...args)).toMatchObject({ exitCode, stderr: expect.stringContaining(message) })
    }
  })
})

describe('after a restart', () => {
  it('audits say the same', async () => {
    const before = await alice.audits(hello, '1.4.1')
    expect(before).toHaveLength(1)
    await scene.stops('appview')
    await scene.starts('appview')
    await expect.poll(() => alice.audits(hello, '1.4.1'), { timeout: 10_000 }).toEqual(before)
  })
})
