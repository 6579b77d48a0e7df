import type { BuiltRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { type Draft, defineKind } from './operation-kind.ts'
import { readInput } from './read-input.ts'
import { checkVersionList, describeVersions, recordsForVersions, type VersionList } from './version-list.ts'

export interface DeprecateInput extends VersionList {
  /** CID of the record of the first version. */
  record: string
  /** Shown to those who install; empty when the versions are not deprecated any more. */
  message: string
  createdAt: string
}

/** Versions whose installation is warned of, or no longer: each record supersedes the one before. */
export const deprecate = defineKind<DeprecateInput>({
  procedure: app.npm.operation.deprecate.main.nsid,
  action: 'publish',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.deprecateInput, input)
    checkVersionList(parsed)
    return parsed
  },
  packageOf: ({ name }) => name,
  draftRecord: (org, input) => draft(org, input)[0],
  draftFurther: (org, input) => draft(org, input).slice(1),
  summary: (input) =>
    input.message === ''
      ? `take back the deprecation of ${describeVersions(input)}`
      : `deprecate ${describeVersions(input)}: “${input.message}”`,
})

function draft(org: string, input: Draft<DeprecateInput>): [BuiltRecord, ...BuiltRecord[]] {
  const { message, createdAt } = input
  return recordsForVersions(org, input, { schema: app.npm.package.deprecation.main, fields: { message, createdAt } })
}
