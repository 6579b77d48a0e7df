import { parseClaimableName } from '#common/names/index.ts'
import { buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { describeName } from './describe-name.ts'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface ReleaseNameInput {
  /** CID of the claim that takes the one before back. */
  record: string
  /** A package's name, or `@scope/*`. */
  name: string
  createdAt: string
}

/** An organisation takes its claim of a name back: one half is missing then, and the name is nobody's. */
export const releaseName = defineKind<ReleaseNameInput>({
  procedure: app.npm.operation.releaseName.main.nsid,
  action: 'manage',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.releaseNameInput, input)
    if (parseClaimableName(parsed.name).name !== parsed.name) throw refuseOperation('its name is not in lower case')
    return parsed
  },
  packageOf: () => '*',
  draftRecord(org, { name, createdAt }) {
    const fields = { name, retired: true, createdAt }
    const parts = { schema: app.npm.name.claim.main, rkey: parseClaimableName(name).key, fields }
    return placeRecord(org, buildRecord(parts, refuseOperation))
  },
  summary: ({ name }) => `take back the claim of ${describeName(name)}`,
  consequence: () =>
    'What was published under these names is not found any more, here or outside; lockfiles that have it still install it. Only this organisation can claim them again, and only the registry’s grant makes them its own again.',
})
