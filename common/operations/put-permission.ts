import { isValidRecordKey } from '@atproto/syntax'
import { isValidPackagePattern, isValidSubject } from '#common/authz/index.ts'
import { buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface PutPermissionInput {
  /** CID of the permission record. */
  record: string
  /** The rkey. */
  id: string
  /** `did:…`, `team:<slug>` or `everyone` */
  subject: string
  action: string
  /** Name or pattern; `*` for `manage`. */
  packages: string
  effect: string
  /** The rule no longer counts. */
  retired?: boolean | undefined
  createdAt: string
}

/** One rule: the record supersedes the one with the same id. */
export const putPermission = defineKind<PutPermissionInput>({
  procedure: app.npm.operation.putPermission.main.nsid,
  action: 'manage',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.putPermissionInput, input)
    const { id, subject, packages, action } = parsed
    if (!isValidRecordKey(id)) throw refuseOperation(`"${id}" cannot be the id of a rule`)
    if (!isValidSubject(subject)) throw refuseOperation(`"${subject}" is not a person, a team or "everyone"`)
    if (!isValidPackagePattern(packages)) throw refuseOperation(`"${packages}" is not a package name or pattern`)
    // Nobody asks whether somebody may manage one package, so such a rule would never match.
    if (action === 'manage' && packages !== '*') throw refuseOperation('"manage" is about everything: say "*"')
    draft('did:plc:any', parsed)
    return parsed
  },
  packageOf: () => '*',
  draftRecord: draft,
  summary: ({ subject, action, packages, effect, retired }) => {
    const verb = effect === 'deny' ? 'forbid' : 'allow'
    return `${retired === true ? 'withdraw the rule: ' : ''}${verb} ${subject} to ${action} ${packages}`
  },
})

function draft(org: string, { id, ...fields }: Omit<PutPermissionInput, 'record'> & { record?: string }) {
  const { subject, action, packages, effect, retired, createdAt } = fields
  const values = { subject, action, packages, effect, retired, createdAt }
  return placeRecord(
    org,
    buildRecord({ schema: app.npm.org.permission.main, rkey: id, fields: values }, refuseOperation),
  )
}
