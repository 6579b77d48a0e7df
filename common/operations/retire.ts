import type { BuiltRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { type Draft, defineKind } from './operation-kind.ts'
import { readInput } from './read-input.ts'
import { checkVersionList, describeVersions, recordsForVersions, type VersionList } from './version-list.ts'

export interface RetireInput extends VersionList {
  /** CID of the record of the first version. */
  record: string
  reason?: string | undefined
  createdAt: string
}

/**
 * For how long maintainers can withdraw a version, as on npm's own registry: later, others may depend on it
 * (https://docs.npmjs.com/policies/unpublish).
 */
export const retirementHours = 72

/** Versions withdrawn from installation, for good. */
export const retire = defineKind<RetireInput>({
  procedure: app.npm.operation.retire.main.nsid,
  action: 'publish',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.retireInput, input)
    checkVersionList(parsed)
    return parsed
  },
  packageOf: ({ name }) => name,
  draftRecord: (org, input) => draft(org, input)[0],
  draftFurther: (org, input) => draft(org, input).slice(1),
  summary: (input) => `withdraw ${describeVersions(input)} for good`,
  consequence: () =>
    'Nobody can install these versions any more, not from a lockfile either, and their numbers can never be published again. This is not taken back. To warn people instead, deprecate them.',
})

function draft(org: string, input: Draft<RetireInput>): [BuiltRecord, ...BuiltRecord[]] {
  const { reason, createdAt } = input
  return recordsForVersions(org, input, { schema: app.npm.package.retirement.main, fields: { reason, createdAt } })
}

/**
 * Whether a version can still be withdrawn.
 * @param firstHad when whoever asks had the version first, by their own clock: what records say does not matter
 */
export function isRetirable(firstHad: Date, now: number, hours = retirementHours): boolean {
  return now - firstHad.getTime() <= hours * 3_600_000
}
