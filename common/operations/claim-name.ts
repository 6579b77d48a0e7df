import { parseClaimableName } from '#common/names/index.ts'
import { buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { describeName } from './describe-name.ts'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface ClaimNameInput {
  /** CID of the claim. */
  record: string
  /** A package's name, or `@scope/*`. */
  name: string
  createdAt: string
}

/** An organisation says that a name is its own: one half of what makes it so, the registry's grant is the other. */
export const claimName = defineKind<ClaimNameInput>({
  procedure: app.npm.operation.claimName.main.nsid,
  action: 'manage',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.claimNameInput, input)
    if (parseClaimableName(parsed.name).name !== parsed.name) throw refuseOperation('its name is not in lower case')
    return parsed
  },
  packageOf: () => '*',
  draftRecord(org, { name, createdAt }) {
    const parts = { schema: app.npm.name.claim.main, rkey: parseClaimableName(name).key, fields: { name, createdAt } }
    return placeRecord(org, buildRecord(parts, refuseOperation))
  },
  summary: ({ name }) => `claim ${describeName(name)} for the organisation`,
  consequence: () =>
    'From then on these names are never looked up outside, for anybody here. They become the organisation’s when an administrator of the registry grants them; until then nothing is found under them. That stays so when the claim is taken back. Only where upstream has such a package now, nothing changes before that.',
})
