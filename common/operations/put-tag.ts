import { parseVersion } from '#common/names/index.ts'
import { buildTagRecord } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { checkName, checkTag } from './check-package.ts'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface PutTagInput {
  /** CID of the tag record. */
  record: string
  /** The package. */
  name: string
  tag: string
  /** What the tag names from now on; what it named, when it is retired. */
  version: string
  /** The tag is removed. */
  retired?: boolean | undefined
  createdAt: string
}

/** A dist-tag, pointed at a version or removed: the record supersedes the one before. */
export const putTag = defineKind<PutTagInput>({
  procedure: app.npm.operation.putTag.main.nsid,
  action: 'publish',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.putTagInput, input)
    checkName(parsed.name)
    parseVersion(parsed.version)
    checkTag(parsed.tag)
    if (parsed.tag === 'latest' && parsed.retired === true) {
      throw refuseOperation('"latest" cannot be removed: point it at another version')
    }
    return parsed
  },
  packageOf: ({ name }) => name,
  draftRecord: (org, { name, tag, version, retired, createdAt }) =>
    buildTagRecord({ org, name, tag, version, retired, createdAt }),
  summary: ({ name, tag, version, retired }) =>
    retired === true ? `remove the tag ${tag} (${version}) of ${name}` : `point ${tag} of ${name} to ${version}`,
})
