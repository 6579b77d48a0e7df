import semver from 'semver'
import { AtollError } from '#common/errors/index.ts'
import {
  describeSubject,
  type LabelSubject,
  meaningOf,
  nearestValue,
  parseSubject,
  subjectUri,
} from '#common/labels/index.ts'
import { parseVersion } from '#common/names/index.ts'
import { app } from '#lexicons'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface PutLabelsInput {
  record?: never
  /** A package, without a version, or an account; spelled as `subjectUri` does. */
  subject: string
  /** Exactly these of it. */
  versions?: readonly string[] | undefined
  /** All of it in this range, those to come included; as semver normalises it. */
  range?: string | undefined
  /** One of the vocabulary. */
  val: string
  /** It is taken back. */
  neg?: boolean | undefined
  exp?: string | undefined
  reason: string
  createdAt: string
}

/** A label of the company's own labeler, given or taken back. The AppView signs it and writes no record. */
export const putLabels = defineKind<PutLabelsInput>({
  procedure: app.npm.operation.putLabels.main.nsid,
  action: 'label',
  witness: undefined,
  executor: 'appview',
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.putLabelsInput, input)
    checkValue(parsed.val)
    checkExtent(subjectOf(parsed), parsed)
    if (parsed.neg === false) throw refuseOperation('a label that is given is not said to be taken back')
    if (parsed.neg === true && parsed.exp !== undefined) throw refuseOperation('what is taken back does not expire')
    if (parsed.exp !== undefined && Date.parse(parsed.exp) <= Date.parse(parsed.createdAt)) {
      throw refuseOperation('the label would expire before it is given')
    }
    return parsed
  },
  packageOf(input) {
    const subject = subjectOf(input)
    return subject.kind === 'account' ? '*' : subject.name
  },
  draftRecord() {
    throw refuseOperation('a label is no record')
  },
  summary(input) {
    const about = extentOf(input)
    return input.neg === true ? `take the label "${input.val}" off ${about}` : `label ${about} as "${input.val}"`
  },
  consequence(input) {
    const { val, neg, exp, reason } = input
    const effect = neg === true ? 'What the label did ends, where nothing else says the same.' : effectOf(val)
    const end = exp === undefined ? '' : ` Until ${exp}.`
    return `${effect}${end} Everybody who is stopped by it is told this reason: ${reason}`
  },
})

/** What the labels are about. @throws InvalidOperation when that is nothing a registry knows, or is not spelled as it should be */
export function subjectOf({ subject: uri }: Pick<PutLabelsInput, 'subject'>): LabelSubject {
  const subject = parseSubject(uri)
  if (subject === undefined) throw refuseOperation(`"${uri}" is no package and no account`)
  if (subject.kind !== 'account' && subject.version !== undefined) {
    throw refuseOperation('its subject is a version: name the package, and the version beside it')
  }
  if (subjectUri(subject) !== uri) throw refuseOperation(`its subject is not written as ${subjectUri(subject)}`)
  return subject
}

/** @throws UnknownLabel */
function checkValue(val: string): void {
  if (meaningOf(val) === undefined) throw new AtollError('UnknownLabel', { val, nearest: nearestValue(val) })
}

function checkExtent(subject: LabelSubject, { versions, range }: PutLabelsInput): void {
  if (versions !== undefined && range !== undefined) throw refuseOperation('it names versions and a range')
  if (subject.kind === 'account' && (versions !== undefined || range !== undefined)) {
    throw refuseOperation('an account has no versions')
  }
  for (const version of versions ?? []) parseVersion(version)
  if (new Set(versions).size !== (versions?.length ?? 0)) throw refuseOperation('it names a version twice')
  if (range !== undefined && semver.validRange(range) !== range) {
    throw refuseOperation(
      `"${range}" is no range of versions, or not written as ${semver.validRange(range) ?? '">=1.0.0"'}`,
    )
  }
}

/** For people: `left-pad@1.3.0`, `left-pad@<1.3.0 (every version in the range, those to come included)`. */
function extentOf({ subject, versions, range }: Omit<PutLabelsInput, 'record'>): string {
  const name = describeSubject(subjectOf({ subject }))
  if (range !== undefined) return `every version of ${name} in the range "${range}", those to come included,`
  if (versions === undefined)
    return subject.startsWith('did:') ? `everything that ${name} publishes` : `${name}, every version of it,`
  const [first = ''] = versions
  return versions.length === 1 ? `${name}@${first}` : `${versions.length} versions of ${name} (${versions.join(', ')})`
}

function effectOf(val: string): string {
  const known = meaningOf(val)
  switch (known?.effect) {
    case 'block':
      return `${known.meaning} Nobody can install it from the moment this is done, unless the policy says otherwise.`
    case 'warn':
      return `${known.meaning} It can be installed, with a warning, unless the policy says otherwise.`
    default:
      return `${known?.meaning ?? ''} It says so and stops nobody.`
  }
}
