import { describe, expect, it } from 'vitest'
import { buildVersionRecord, inspectTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { type Base, compareWithBase } from '#pds/people/approve/compare/index.ts'
import { packageJsonEntry, tarballOf } from '#test/support/archives.ts'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const createdAt = '2026-03-01T12:00:00.000Z'
const alice = { did: 'did:plc:cccccccccccccccccccccccc', handle: 'alice.people.test' }

async function version(number: string, changes: object = {}) {
  const tarball = await inspectTarball(tarballOf(packageJsonEntry({ version: number, ...changes })))
  return { tarball, write: buildVersionRecord({ org, tarball, createdAt }) }
}

async function base(number: string, { tagged = number, changes = {} as object } = {}): Promise<Base> {
  const { write } = await version(number)
  const record = app.npm.package.version.$parse({ ...write.record, ...changes })
  return { kind: 'version', cid: write.cid, record, tagged }
}

describe('a new version against the last one', () => {
  it('names the last one, its publisher and its time, and what package.json says differently', async () => {
    const comparison = compareWithBase(await base('1.0.0'), alice, await version('1.1.0', { license: 'ISC' }))
    expect(comparison).toMatchObject({
      kind: 'changes',
      version: '1.0.0',
      publishedAt: new Date(createdAt),
      publisher: alice,
      manifest: { license: { after: 'ISC' } },
      losesProvenance: false,
      hasNativeBuild: false,
      takesTagBackFrom: undefined,
    })
  })

  it('loses provenance when only the last one has it', async () => {
    const { write, tarball } = await version('1.1.0')
    const bundle = { ...(write.record['tarball'] as object), mimeType: 'application/json' }
    const withProvenance = await base('1.0.0', { changes: { provenance: bundle } })
    expect(compareWithBase(withProvenance, alice, { write, tarball })).toMatchObject({ losesProvenance: true })
    const kept = { write: { record: { ...write.record, provenance: bundle as never } }, tarball }
    expect(compareWithBase(withProvenance, alice, kept)).toMatchObject({ losesProvenance: false })
  })

  it.each([
    ['2.0.0', '1.9.9', '2.0.0'],
    ['2.0.0', '2.0.0-rc.1', '2.0.0'],
    ['2.0.0-rc.1', '2.0.0', undefined],
    ['1.9.9', '1.10.0', undefined],
    ['not a version', '1.0.0', undefined],
  ])('takes the tag back when it names %s and is to name %s: %s', async (tagged, number, from) => {
    const comparison = compareWithBase(await base('1.0.0', { tagged }), alice, await version(number))
    expect(comparison).toMatchObject({ takesTagBackFrom: from })
  })

  it('cannot be compared with a manifest that no honest publish writes', async () => {
    const broken = await base('1.0.0', { changes: { manifest: Buffer.from('{') } })
    expect(compareWithBase(broken, alice, await version('1.1.0'))).toEqual({ kind: 'unproven' })
  })
})
