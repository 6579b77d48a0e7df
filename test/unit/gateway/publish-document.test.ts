import { describe, expect, it } from 'vitest'
import { parsePackageName } from '#common/names/index.ts'
import { compareDigests } from '#gateway/npm/publish/compare-digests.ts'
import { readDocument } from '#gateway/npm/publish/read-document.ts'
import { publishBody } from '#test/support/publish-request.ts'

const name = '@acme.test/hello'
const tarball = Buffer.from('not really a tarball')
const asked = parsePackageName(name)

/** As the receiver leaves it: with the data cut out. */
function documentWith(changes: Record<string, unknown> = {}) {
  const body = publishBody(name, '1.0.0', tarball)
  const { length } = tarball
  return { ...body, _attachments: { [`${name}-1.0.0.tgz`]: { content_type: 'x', data: '', length } }, ...changes }
}

describe('the document of a publish', () => {
  it('says what npm publishes', () => {
    expect(readDocument(documentWith(), asked)).toMatchObject({
      name: { name },
      version: '1.0.0',
      tag: 'latest',
      attachments: [{ name: `${name}-1.0.0.tgz`, length: tarball.length }],
    })
  })

  const bundled = (bundles: Record<string, unknown>) =>
    documentWith({ _attachments: { ...documentWith()._attachments, ...bundles } })
  const bundleName = `${name}-1.0.0.sigstore`

  it('has the bundle apart from the tarball', () => {
    const document = bundled({ [bundleName]: { content_type: 'x', data: '{"é":1}', length: 7 } })
    const { bundle, attachments } = readDocument(document, asked)
    expect(Buffer.from(bundle ?? []).toString()).toBe('{"é":1}')
    expect(attachments).toHaveLength(1)
  })

  const manifest = { name, version: '1.0.0' }
  it.each([
    ['is no object', 'hello', 'InvalidRequest'],
    ['is about another package than the URL', documentWith({ name: '@acme.test/other' }), 'InvalidRequest'],
    ['has no version', documentWith({ versions: {} }), 'InvalidRequest'],
    ['has two versions', documentWith({ versions: { '1.0.0': manifest, '2.0.0': manifest } }), 'InvalidRequest'],
    ['has a manifest of another version', documentWith({ versions: { '2.0.0': manifest } }), 'InvalidRequest'],
    [
      'has a manifest of another package',
      documentWith({ versions: { '1.0.0': { ...manifest, name: 'x' } } }),
      'InvalidRequest',
    ],
    ['has no tag', documentWith({ 'dist-tags': {} }), 'InvalidRequest'],
    ['has two tags', documentWith({ 'dist-tags': { latest: '1.0.0', next: '1.0.0' } }), 'InvalidRequest'],
    ['tags another version', documentWith({ 'dist-tags': { latest: '0.9.0' } }), 'InvalidRequest'],
    [
      'has build metadata',
      documentWith({ 'dist-tags': { latest: '1.0.0+b' }, versions: { '1.0.0+b': { name, version: '1.0.0+b' } } }),
      'InvalidVersion',
    ],
    ['has attachments of a wrong shape', documentWith({ _attachments: { a: 'x' } }), 'InvalidRequest'],
    ['has the bundle of another version', bundled({ [`${name}-2.0.0.sigstore`]: { data: '{}' } }), 'InvalidRequest'],
    ['has two bundles', bundled({ [bundleName]: { data: '{}' }, 'x.sigstore': { data: '{}' } }), 'InvalidRequest'],
    ['has half a bundle', bundled({ [bundleName]: { data: '{}', length: 3 } }), 'InvalidRequest'],
    ['has an endless bundle', bundled({ [bundleName]: { data: ' '.repeat(2 ** 20 + 1) } }), 'InvalidRequest'],
    ['has a name of a wrong shape', documentWith({ name: 1 }), 'InvalidRequest'],
  ])('is refused when it %s', (_what, document, code) => {
    expect(() => readDocument(document, asked)).toThrow(expect.objectContaining({ code }))
  })
})

describe('the digests of an upload', () => {
  const document = readDocument(documentWith(), asked)
  const digests = {
    size: tarball.length,
    integrity: document.integrity ?? '',
    shasum: document.shasum ?? '',
    blobCid: '',
  }
  const received = { attachment: `${name}-1.0.0.tgz`, digests } as Parameters<typeof compareDigests>[0]['tarball']
  const other = `sha512-${Buffer.alloc(64).toString('base64')}`

  it('are those npm names', () => {
    expect(() => compareDigests({ document, tarball: received })).not.toThrow()
  })

  it.each([
    ['integrity', { ...document, integrity: other }],
    ['shasum', { ...document, shasum: '0'.repeat(40) }],
    ['length', { ...document, attachments: [{ name: received.attachment, length: 1 }] }],
    ['attachment', { ...document, attachments: [] }],
  ])('must agree: %s', (_what, changed) => {
    const refused = expect.objectContaining({ code: 'InvalidTarball' })
    expect(() => compareDigests({ document: changed, tarball: received })).toThrow(refused)
  })
})
