import { AffectedVersions, flawOf, type OwnAdvisory, packageOf } from '#common/advisories/index.ts'
import { buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { checkName } from './check-package.ts'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface PutAdvisoryInput extends OwnAdvisory {
  /** CID of the advisory record. */
  record: string
  /** `<DB>-<ENTRYID>`, as OSV has them. */
  id: string
  /** The package, in lower case: the organisation's own, or one of upstream. */
  name: string
  /** RFC 3339. */
  published: string
  /** It no longer counts. */
  withdrawn?: boolean | undefined
  /** Why. */
  reason?: string | undefined
  createdAt: string
}

/** What an organisation says of vulnerable versions of a package; or, in the same place, that it no longer says so. */
export const putAdvisory = defineKind<PutAdvisoryInput>({
  procedure: app.npm.operation.putAdvisory.main.nsid,
  action: 'label',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.putAdvisoryInput, input)
    const flaw = flawOf(parsed)
    if (flaw !== undefined) throw refuseOperation(flaw)
    checkName(parsed.name)
    if (packageOf(parsed) !== parsed.name) throw refuseOperation('it is about another package than it says')
    if (parsed.withdrawn === false) throw refuseOperation('an advisory that stands is not said to be withdrawn')
    if ((parsed.withdrawn === true) !== (parsed.reason !== undefined)) {
      throw refuseOperation('an advisory is withdrawn for a reason, and has none while it stands')
    }
    if (parsed.reason !== undefined && (parsed.reason.trim() === '' || parsed.reason.includes('\0'))) {
      throw refuseOperation('the reason is no text')
    }
    if (Date.parse(parsed.published) > Date.parse(parsed.createdAt)) {
      throw refuseOperation('it would be published later than it is written')
    }
    return parsed
  },
  packageOf: ({ name }) => name,
  draftRecord(org, { id, name, createdAt, published, withdrawn, reason, ...said }) {
    const { aliases, summary, details, severity, cvss, cwes, references, affected } = said
    const about = { aliases: [...aliases], cwes: [...cwes], references: [...references], affected: [...affected] }
    const fields = {
      id,
      package: name,
      summary,
      details,
      severity,
      cvss,
      ...about,
      published,
      withdrawn,
      reason,
      createdAt,
    }
    return placeRecord(org, buildRecord({ schema: app.npm.security.advisory.main, rkey: id, fields }, refuseOperation))
  },
  summary: ({ id, severity, affected, summary, withdrawn }) =>
    withdrawn === true
      ? `withdraw the advisory ${id} about ${extentOf(affected)}`
      : `publish the advisory ${id} (${severity}) about ${extentOf(affected)}: ${summary}`,
  consequence: ({ withdrawn, reason }) =>
    withdrawn === true
      ? `Audits and policy no longer go by it. Everybody who looks it up is told this reason: ${reason}`
      : 'Audits tell everybody who has a vulnerable version and may read the package, and policy goes by it, for versions to come too.',
})

/** For people: `left-pad <1.3.0`. */
function extentOf([about]: PutAdvisoryInput['affected']): string {
  return about === undefined ? 'nothing' : `${about.name} ${new AffectedVersions(about).vulnerable}`
}
