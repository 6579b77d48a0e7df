import { describe, expect, it } from 'vitest'
import { diffDocument } from '#gateway/npm/changes/diff-document.ts'
import { readSentDocument, type SentDocument } from '#gateway/npm/changes/read-sent-document.ts'

const name = '@acme.test/hello'
const manifest = (version: string) => ({ name, version, dist: { integrity: `sha512-${version}` } })

/** As it is served. */
const served = (): SentDocument => ({
  _id: name,
  _rev: '1-a',
  name,
  description: 'says hello',
  'dist-tags': { latest: '2.0.0' },
  versions: {
    '1.0.0': { ...manifest('1.0.0'), deprecated: 'use 2' },
    '1.1.0': manifest('1.1.0'),
    '2.0.0': manifest('2.0.0'),
  },
  time: { '1.0.0': '2026-01-01T00:00:00Z' },
  maintainers: [{ name: 'alice.test', email: 'a' }],
})

/** As it comes back. */
function sent(change: (document: SentDocument & { versions: NonNullable<SentDocument['versions']> }) => void) {
  const document = structuredClone(served())
  change(document as Parameters<typeof change>[0])
  return diffDocument(served(), document)
}

describe('what a document that comes back asks for', () => {
  it('is nothing when it is as it was', () => {
    expect(sent(() => {})).toBeUndefined()
    expect(diffDocument(served(), { _rev: '1-a', _id: name })).toBeUndefined()
  })

  it('is the deprecation of all versions whose message is another', () => {
    const change = sent(({ versions }) => {
      for (const version of ['1.0.0', '1.1.0', '2.0.0'])
        versions[version] = { ...manifest(version), deprecated: 'use 3' }
    })
    expect(change).toEqual({ kind: 'deprecation', versions: ['1.0.0', '1.1.0', '2.0.0'], message: 'use 3' })
    const same = sent(({ versions }) => {
      for (const version of ['1.0.0', '1.1.0']) versions[version] = { ...manifest(version), deprecated: 'use 2' }
    })
    expect(same).toEqual({ kind: 'deprecation', versions: ['1.1.0'], message: 'use 2' })
  })

  it('is that they are not deprecated any more, with an empty message or without one', () => {
    const taken = { kind: 'deprecation', versions: ['1.0.0'], message: '' }
    expect(sent(({ versions }) => Object.assign(versions['1.0.0'] ?? {}, { deprecated: '' }))).toEqual(taken)
    expect(
      sent(({ versions }) => {
        versions['1.0.0'] = manifest('1.0.0')
      }),
    ).toEqual(taken)
  })

  it('is the removal of a version, with the tags that named it', () => {
    const change = sent((document) => {
      delete document.versions['2.0.0']
      document['dist-tags'] = { latest: '1.1.0' }
    })
    expect(change).toEqual({ kind: 'removal', version: '2.0.0' })
  })

  it('is an owner more or less', () => {
    const owners = (...names: string[]) => ({
      _rev: '1-a',
      _id: name,
      maintainers: names.map((who) => ({ name: who })),
    })
    expect(diffDocument(served(), owners('alice.test', 'bob.test'))).toEqual({
      kind: 'owner',
      action: 'add',
      name: 'bob.test',
    })
    expect(diffDocument(served(), owners())).toEqual({ kind: 'owner', action: 'remove', name: 'alice.test' })
  })
})

describe('a document is refused', () => {
  it.each<[string, Parameters<typeof sent>[0], RegExp]>([
    [
      'with two messages at once',
      ({ versions }) => {
        versions['1.1.0'] = { ...manifest('1.1.0'), deprecated: 'x' }
        versions['2.0.0'] = { ...manifest('2.0.0'), deprecated: 'y' }
      },
      /several things/,
    ],
    [
      'with a removal and a deprecation',
      ({ versions }) => {
        delete versions['2.0.0']
        versions['1.1.0'] = { ...manifest('1.1.0'), deprecated: 'x' }
      },
      /several things/,
    ],
    [
      'with a removal and an owner',
      (document) => {
        delete document.versions['2.0.0']
        document.maintainers = []
      },
      /several things/,
    ],
    [
      'with two removals',
      ({ versions }) => {
        delete versions['1.1.0']
        delete versions['2.0.0']
      },
      /several things/,
    ],
    [
      'with a version more',
      ({ versions }) => Object.assign(versions, { '3.0.0': manifest('3.0.0') }),
      /adds version 3/,
    ],
    [
      'with other bytes for a version',
      ({ versions }) => Object.assign(versions['1.1.0'] ?? {}, { dist: { integrity: 'sha512-evil' } }),
      /"dist" of 1\.1\.0/,
    ],
    [
      'with other tags',
      (document) => {
        document['dist-tags'] = { latest: '1.0.0' }
      },
      /npm dist-tag/,
    ],
    ['with another description', (document) => Object.assign(document, { description: 'x' }), /"description"/],
    ['with stars', (document) => Object.assign(document, { users: { alice: true } }), /"users"/],
  ])('%s', (_what, change, message) => {
    expect(() => sent(change)).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringMatching(message) }),
    )
  })

  it.each([null, [], 'x', { versions: [] }, { maintainers: [{}] }, { versions: { '1.0.0': { deprecated: true } } }])(
    'that is no document: %j',
    (document) => {
      expect(() => readSentDocument(document)).toThrow(expect.objectContaining({ status: 400 }))
    },
  )
})
