import { parseClaimableName } from '#common/names/index.ts'
import { buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { describeName } from './describe-name.ts'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

type StrongRef = { uri: string; cid: string }

export interface ApproveNameInput {
  /** CID of the grant or change. */
  record: string
  /** A package's name, or `@scope/*`. */
  name: string
  /** DID of who gives it; absent for a grant. */
  from?: string | undefined
  /** DID of who gets it. */
  to: string
  /** Absent for a grant. */
  transfer?: StrongRef | undefined
  claim: StrongRef
  createdAt: string
}

/**
 * An administrator of the registry stands behind a grant or change that it may write. Its `org` is the registry, which writes the
 * record when two of them did; so the record is made of nothing that differs between the two.
 */
export const approveName = defineKind<ApproveNameInput>({
  procedure: app.npm.operation.approveName.main.nsid,
  action: undefined,
  witness: app.npm.org.approval.main.$type,
  executor: 'gateway',
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.approveNameInput, input)
    if (parseClaimableName(parsed.name).name !== parsed.name) throw refuseOperation('its name is not in lower case')
    if ((parsed.from === undefined) !== (parsed.transfer === undefined)) {
      throw refuseOperation('a change names who gives the name and the transfer, a grant neither')
    }
    return parsed
  },
  packageOf: () => '*',
  draftRecord(registry, { name, from, to, transfer, claim, createdAt }) {
    const rkey = parseClaimableName(name).key
    const record =
      from === undefined
        ? buildRecord(
            { schema: app.npm.name.grant.main, rkey, fields: { name, org: to, claim, createdAt } },
            refuseOperation,
          )
        : buildRecord(
            { schema: app.npm.name.change.main, rkey, fields: { name, from, to, transfer, claim, createdAt } },
            refuseOperation,
          )
    return placeRecord(registry, record)
  },
  summary: ({ name, from, to }) =>
    from === undefined ? `grant ${describeName(name)} to ${to}` : `give ${describeName(name)} from ${from} to ${to}`,
  consequence: () =>
    'Upstream has a package under this name. It takes two administrators of the registry; when both have approved, everybody here who asks for it gets this organisation’s package, and upstream is not asked for it any more.',
})
