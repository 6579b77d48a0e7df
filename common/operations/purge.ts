import type { LexMap } from '@atproto/lex-data'
import { parsePackageName, versionKey } from '#common/names/index.ts'
import { type BuiltRecord, buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { type Draft, defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'
import { checkVersionList, describeVersions, recordsForVersions, type VersionList } from './version-list.ts'

export interface PurgeInput extends VersionList {
  /** CID of the record of the first version. */
  record: string
  reason: string
  createdAt: string
}

const everywhere = 'in every cache of this registry, now and in those that are not running'

/** The bytes of an organisation's own versions are deleted, for good. What was signed of them stays: that they were there. */
export const purge = defineKind<PurgeInput>({
  procedure: app.npm.operation.purge.main.nsid,
  // Unlike a retirement it has no time limit, and nobody ever gets back what others depend on.
  action: 'manage',
  irrevocable: true,
  witness: app.npm.org.approval.main.$type,
  parseInput,
  packageOf: () => '*',
  draftRecord: (org, input) => draft(org, input)[0],
  draftFurther: (org, input) => draft(org, input).slice(1),
  summary: (input) => `delete the bytes of ${describeVersions(input)} for good`,
  consequence: () =>
    `Tarball, README and provenance are deleted at the organisation's PDS and ${everywhere}, unless another version has the same file. Nobody can install these versions any more, and their numbers and bytes can never be published again. That they were there, who purged them and why stays to be seen. This is not taken back.`,
})

/** The bytes of versions that come from upstream are deleted, for good. */
export const purgeUpstream = defineKind<PurgeInput>({
  procedure: app.npm.operation.purgeUpstream.main.nsid,
  // Who may block them, who may label upstream's packages, may do this, too.
  action: 'label',
  irrevocable: true,
  witness: app.npm.org.approval.main.$type,
  parseInput,
  packageOf: ({ name }) => name,
  draftRecord: (org, input) => draftUpstream(org, input)[0],
  draftFurther: (org, input) => draftUpstream(org, input).slice(1),
  summary: (input) => `delete the bytes of ${describeVersions(input)}, from upstream, for good`,
  consequence: () =>
    `They are deleted ${everywhere}, and never fetched from upstream again. Nobody here can install these versions any more, whichever organisation they are of. This is not taken back.`,
})

/** @throws InvalidName, InvalidVersion, InvalidOperation */
function parseInput(input: LexMap): PurgeInput {
  const parsed = readInput(app.npm.operation.defs.purgeInput, input)
  checkVersionList(parsed)
  if (parsed.reason.trim() === '') throw refuseOperation('it gives no reason')
  return parsed
}

function draft(org: string, input: Draft<PurgeInput>): [BuiltRecord, ...BuiltRecord[]] {
  const { reason, createdAt } = input
  return recordsForVersions(org, input, { schema: app.npm.package.purge.main, fields: { reason, createdAt } })
}

/** Upstream's packages have no address here: the record has the name. */
function draftUpstream(org: string, input: Draft<PurgeInput>): [BuiltRecord, ...BuiltRecord[]] {
  const { name, versions, reason, createdAt } = input
  const [first, ...others] = versions.map((version) => {
    const fields = { package: parsePackageName(name).name, version, reason, createdAt }
    const parts = { schema: app.npm.upstream.purge.main, rkey: versionKey(name, version), fields }
    return placeRecord(org, buildRecord(parts, refuseOperation))
  })
  if (first === undefined) throw refuseOperation(`it names no version of ${name}`)
  return [first, ...others]
}
