import { expect } from 'vitest'
import {
  approveName,
  claimName,
  composeOperation,
  deprecate,
  publish,
  putPermission,
  putTag,
  putTeam,
  retire,
  transferName,
} from '#common/operations/index.ts'
import { recordUri } from '#common/records/index.ts'
import { type InspectedTarball, inspectTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { packageJsonEntry, tarballOf } from '#test/support/archives.ts'

export const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
export const alice = 'did:plc:cccccccccccccccccccccccc'
export const createdAt = '2026-03-01T12:00:00.000Z'
export const expiry = 1_900_000_000

export const tarball: InspectedTarball = await inspectTarball(tarballOf(packageJsonEntry()))

export function publishDraft(changes: object = {}) {
  const { integrity, shasum, size } = tarball
  return { name: '@acme.test/hello', version: '1.0.0', integrity, shasum, size, tag: 'latest', createdAt, ...changes }
}
export const composePublish = (changes: object = {}) =>
  composeOperation({ org, procedure: publish.procedure, input: publishDraft(changes), tarball, expiry })

export const group = { issuer: 'https://idp.test', id: 'dev' }
export const team = { name: 'core', members: [alice], createdAt }
export const rule = {
  id: 'r1',
  subject: 'team:core',
  action: 'publish',
  packages: '@acme.test/*',
  effect: 'allow',
  createdAt,
}
export const tag = { name: '@acme.test/hello', tag: 'next', version: '1.0.0', createdAt }
export const composeTag = (changes: object = {}) =>
  composeOperation({ org, procedure: putTag.procedure, input: { ...tag, ...changes }, expiry })
export const said = { name: '@acme.test/hello', versions: ['1.0.0', '1.1.0'], createdAt }
export const composeDeprecation = (changes: object = {}) =>
  composeOperation({ org, procedure: deprecate.procedure, input: { ...said, message: 'use 2', ...changes }, expiry })
export const composeRetirement = (changes: object = {}) =>
  composeOperation({ org, procedure: retire.procedure, input: { ...said, ...changes }, expiry })
export const composeTeam = (changes: object = {}) =>
  composeOperation({ org, procedure: putTeam.procedure, input: { ...team, ...changes }, expiry })
export const composeClaim = (changes: object = {}) =>
  composeOperation({ org, procedure: claimName.procedure, input: { name: '@acme/*', createdAt, ...changes }, expiry })
export const composeTransfer = (changes: object = {}) =>
  composeOperation({
    org,
    procedure: transferName.procedure,
    input: { name: '@acme/*', to: alice, createdAt, ...changes },
    expiry,
  })
export const halfOf = { uri: recordUri(org, app.npm.name.claim.$nsid, 'x'), cid: composeClaim().write.cid }
export const composeDecision = (changes: object = {}) =>
  composeOperation({
    org,
    procedure: approveName.procedure,
    input: { name: 'x', to: alice, claim: halfOf, createdAt, ...changes },
    expiry,
  })
export const composeRule = (changes: object = {}) =>
  composeOperation({ org, procedure: putPermission.procedure, input: { ...rule, ...changes }, expiry })

export const refused = (code: string, message = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(message) })
