import { describe, expect, it } from 'vitest'
import { codes, findings, subjectFrom } from '../subject.ts'

const bundle = Buffer.from('{}')

describe('facts', () => {
  it.each([
    [{ provenance: { state: 'missing' } }, ['provenance-missing']],
    [{ provenance: { state: 'unread', bundle } }, ['provenance-unread']],
    [{ provenance: { state: 'invalid', bundle, reason: 'of another repository' } }, ['provenance-invalid']],
    [{ attestation: { state: 'missing' } }, ['attestation-missing']],
    [{ attestation: { state: 'invalid', reason: 'not permitted' } }, ['attestation-invalid']],
    [{ labels: [{ val: 'malware', effect: 'block', source: 'acme' }] }, ['label-blocks']],
    [{ labels: [{ val: 'advisory', effect: 'warn', source: 'acme' }] }, ['label-warns']],
    [{ labels: [{ val: 'audited', effect: 'note', source: 'acme' }] }, []],
    [{ retirement: 'broken' }, ['version-retired']],
  ] as const)('of a version: %j', async (version, expected) => expect(await codes({ version })).toEqual(expected))

  it.each([
    [{ sourceDeclared: false }, ['source-undeclared']],
    [{ organisation: { handle: 'acme.test', handleProven: false } }, ['handle-not-proven']],
    [{ organisation: { handle: 'beta.test', handleProven: true } }, ['name-of-another']],
  ])('of a package: %j', async (subject, expected) => expect(await codes({ subject })).toEqual(expected))

  it.each(['@acme/ui', 'ui'])('%s has to be published under the handle first, and is told how', async (name) => {
    const [found] = await findings({ manifest: { name }, subject: { package: { name } } })
    expect(found).toMatchObject({ code: 'name-without-handle', severity: 'error' })
    expect(found?.remedy).toContain(`Set "name" to "@acme.test/ui" in package.json, run "npm publish"`)
    expect(found?.remedy).toContain(`npm deprecate ${name}`)
  })
})

describe('contents', () => {
  it.each([
    ['integrity', { integrity: 'sha512-other' }],
    ['package.json', { manifest: Buffer.from('{}') }],
    ['README', { readmeCid: 'bafkreiother' }],
  ])('are those that the record names: %s', async (_, other) => {
    const record = { ...subjectFrom().versions[0]?.record, ...other } as never
    expect(await codes({ version: { record } })).toContain('record-differs')
  })

  it('have the name and the version that are promoted', async () => {
    expect(await codes({ manifest: { version: '2.0.0' } })).toEqual(['record-differs'])
  })

  it.each([Buffer.from('no gzip'), Buffer.alloc(0)])('that are no tarball are refused', async (bytes) => {
    expect(await codes({ version: { openTarball: async () => bytes } })).toEqual(['tarball-refused'])
  })
})
