import { isHandleScope, parseClaimableName } from '#common/names/index.ts'
import { buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { describeName } from './describe-name.ts'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface TransferNameInput {
  /** CID of the transfer. */
  record: string
  /** A package's name, or `@scope/*`. */
  name: string
  /** DID of the organisation that shall have it. */
  to: string
  /** It is called off. */
  retired?: boolean | undefined
  createdAt: string
}

/** The organisation that has a name hands it over: one third of what moves it, beside the other's claim and the registry's change. */
export const transferName = defineKind<TransferNameInput>({
  procedure: app.npm.operation.transferName.main.nsid,
  action: 'manage',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.transferNameInput, input)
    const { name, scope } = parseClaimableName(parsed.name)
    if (name !== parsed.name) throw refuseOperation('its name is not in lower case')
    if (scope !== undefined && isHandleScope(scope))
      throw refuseOperation('what is under a handle goes where the handle is')
    return parsed
  },
  packageOf: () => '*',
  draftRecord(org, { name, to, retired, createdAt }) {
    if (to === org) throw refuseOperation('it would hand the name over to itself')
    const fields = { name, to, retired, createdAt }
    const parts = { schema: app.npm.name.transfer.main, rkey: parseClaimableName(name).key, fields }
    return placeRecord(org, buildRecord(parts, refuseOperation))
  },
  summary: ({ name, to, retired }) =>
    `${retired === true ? 'call off handing over' : 'hand over'} ${describeName(name)} to ${to}`,
  consequence: ({ retired }) =>
    retired === true
      ? undefined
      : 'Nothing changes until the other organisation claims it and an administrator of the registry changes it over. From then on the other publishes under it; what you published stays installable for lockfiles that have it.',
})
