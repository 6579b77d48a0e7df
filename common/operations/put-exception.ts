import { isValidTid } from '@atproto/syntax'
import semver from 'semver'
import { packageKey } from '#common/names/index.ts'
import { buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { checkName } from './check-package.ts'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface PutExceptionInput {
  /** CID of the exception record. */
  record: string
  /** TID: what tells exceptions of one package apart. */
  id: string
  /** The package: the organisation's own, or one of upstream. */
  name: string
  /** An exact version, or a range. */
  versions: string
  /** Names of the checks that are waived. */
  checks: readonly string[]
  /** RFC 3339. */
  until: string
  reason: string
  /** DID of who asked; undefined when nobody did. */
  requestedBy?: string | undefined
  /** DID. */
  decidedBy: string
  /** It no longer counts. */
  withdrawn?: boolean | undefined
  createdAt: string
}

/** Nothing is waived for good; policy may allow less. A leap year's day is no reason to refuse a year. */
export const maxExceptionDays = 366

const dayMs = 24 * 60 * 60 * 1000

/** Checks of the policy stop some versions no longer, until a day: the record supersedes the one before. */
export const putException = defineKind<PutExceptionInput>({
  procedure: app.npm.operation.putException.main.nsid,
  action: 'except',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.putExceptionInput, input)
    const { id, name, versions, checks, reason } = parsed
    if (!isValidTid(id)) throw refuseOperation(`"${id}" cannot be the id of an exception`)
    checkName(name)
    if (versions.trim() === '' || semver.validRange(versions) === null) {
      throw refuseOperation(`"${versions}" is neither a version nor a range of versions`)
    }
    const odd = checks.find((check) => !/^[a-z][a-z0-9-]*$/.test(check))
    if (odd !== undefined) throw refuseOperation(`"${odd}" cannot be the name of a check`)
    if (new Set(checks).size !== checks.length) throw refuseOperation('it names a check twice')
    if (reason.trim() === '') throw refuseOperation('it gives no reason')
    checkTime(parsed)
    return parsed
  },
  packageOf: ({ name }) => name,
  draftRecord(org, { name, id, versions, checks, until, reason, requestedBy, decidedBy, withdrawn, createdAt }) {
    const said = { package: name, versions, checks: [...checks], until, reason }
    const fields = { ...said, requestedBy, decidedBy, withdrawn, createdAt }
    const parts = { schema: app.npm.policy.exception.main, rkey: exceptionKey(name, id), fields }
    return placeRecord(org, buildRecord(parts, refuseOperation))
  },
  summary: ({ name, versions, checks, until, withdrawn }) =>
    withdrawn === true
      ? `withdraw the exception for ${name} ${versions}`
      : `except ${name} ${versions} from ${checks.join(', ')} until ${until.slice(0, 10)}`,
  consequence: ({ withdrawn }) =>
    withdrawn === true
      ? 'From then on policy decides again, as if there had been no exception.'
      : 'Until then everybody who may read the package can install versions that these checks would hold back or block.',
})

/** The rkey of an exception: `acme.com:ui:3kabc…`. */
export function exceptionKey(name: string, id: string): string {
  return `${packageKey(name)}:${id}`
}

/** A withdrawal repeats what it withdraws, which may be over. */
function checkTime({ until, createdAt, withdrawn }: Pick<PutExceptionInput, 'until' | 'createdAt' | 'withdrawn'>) {
  const days = (Date.parse(until) - Date.parse(createdAt)) / dayMs
  if (days > maxExceptionDays) throw refuseOperation('an exception lasts a year at most')
  if (days <= 0 && withdrawn !== true) throw refuseOperation(`${until} is over`)
}
