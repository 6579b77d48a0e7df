import { expect, it } from 'vitest'
import {
  describeSubject,
  labelVocabulary,
  meaningOf,
  nearestValue,
  parseSubject,
  subjectUri,
} from '#common/labels/index.ts'
import { app, com } from '#lexicons'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const version = `at://${org}/${app.npm.package.version.$nsid}/acme.test:ui:1.0.0`
const whole = `at://${org}/${app.npm.package.record.$nsid}/acme.test:ui`

it.each([
  ['pkg:npm/left-pad@1.3.0', 'left-pad@1.3.0', 'pkg:npm/left-pad@1.3.0'],
  ['pkg:npm/left-pad', 'left-pad', 'pkg:npm/left-pad'],
  ['pkg:npm/%40scope/x@1.2.3', '@scope/x@1.2.3', 'pkg:npm/%40scope/x@1.2.3'],
  ['pkg:npm/@scope/x@1.2.3', '@scope/x@1.2.3', 'pkg:npm/%40scope/x@1.2.3'],
  ['pkg:NPM/JSONStream@1.0.0', 'jsonstream@1.0.0', 'pkg:npm/jsonstream@1.0.0'],
  ['pkg:npm/x@1.0.0?repository_url=https://registry.example', 'x@1.0.0', 'pkg:npm/x@1.0.0'],
  [version, '@acme.test/ui@1.0.0', version],
  [whole, '@acme.test/ui', whole],
  [org, org, org],
  ['did:web:labeler.test', 'did:web:labeler.test', 'did:web:labeler.test'],
])('understands %s', (uri, described, spelled) => {
  const subject = parseSubject(uri)
  if (subject === undefined) throw new Error('it was not understood')
  expect(describeSubject(subject)).toBe(described)
  expect(subjectUri(subject)).toBe(spelled)
  expect(com.atproto.label.defs.label.safeParse({ src: org, uri, val: 'x', cts: '2026-01-01T00:00:00Z' }).success).toBe(
    true,
  )
})

it.each([
  'pkg:pypi/x@1.0.0',
  'pkg:npm/x@^1.0.0',
  'pkg:npm/a/b/c@1.0.0',
  'pkg:npm/x@1.0.0#lib/index.js',
  'pkg:npm/',
  'https://registry.example/x',
  'at://acme.test/app.bsky.feed.post/1',
  `at://${org}/app.bsky.feed.post/1`,
  `at://${org}/${app.npm.package.version.$nsid}/acme.test:ui`,
  // What has a version in its key, and is none.
  `at://${org}/${app.npm.package.retirement.$nsid}/acme.test:ui:1.0.0`,
  'did:',
  '',
  `pkg:npm/${'x'.repeat(2000)}`,
  `pkg:npm/x@1.0.0?repository_url=https://registry.example/${'x'.repeat(1000)}`,
])('takes %j for nothing of ours', (uri) => expect(parseSubject(uri)).toBeUndefined())

it('knows its words, and what somebody meant who wrote another', () => {
  expect(meaningOf('malware')?.effect).toBe('block')
  expect(meaningOf('advisory')?.effect).toBe('warn')
  expect(meaningOf('audited')?.effect).toBe('note')
  expect(meaningOf('malwear')).toBeUndefined()
  expect(nearestValue('malwear')).toBe('malware')
  expect(nearestValue('revoke')).toBe('revoked')
  expect(new Set(labelVocabulary.map(({ val }) => val)).size).toBe(labelVocabulary.length)
})
