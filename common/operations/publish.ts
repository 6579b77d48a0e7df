import semver from 'semver'
import { parsePackageName, parseVersion } from '#common/names/index.ts'
import { buildVersionRecord, type InspectedTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { type Draft, defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface PublishInput {
  name: string
  version: string
  /** SRI, sha512-… */
  integrity: string
  /** SHA-1, hex. */
  shasum: string
  /** Bytes of the tarball. */
  size: number
  /** dist-tag to set. */
  tag: string
  /** CID of the version record. */
  record: string
  createdAt: string
}

/** One version of one package, and the tag that will point to it. */
export const publish = defineKind<PublishInput>({
  procedure: app.npm.operation.publish.main.nsid,
  action: 'publish',
  witness: app.npm.publish.attestation.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.publishInput, input)
    if (parsePackageName(parsed.name).name !== parsed.name)
      throw refuseOperation('its package name is not in lower case')
    parseVersion(parsed.version)
    checkTag(parsed.tag)
    return parsed
  },
  packageOf: ({ name }) => name,
  draftRecord(org, input, tarball) {
    if (tarball === undefined) throw refuseOperation('a publish needs its tarball')
    checkTarball(input, tarball)
    return buildVersionRecord({ org, tarball, createdAt: input.createdAt })
  },
  summary: ({ name, version, tag }) => `publish ${name}@${version} as ${tag}`,
})

/** npm refuses tags that could be read as a version range, for "npm install x@<tag>" would be ambiguous. */
function checkTag(tag: string): void {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._~-]*$/.test(tag)) throw refuseOperation(`"${tag}" cannot be a dist-tag`)
  if (semver.validRange(tag) !== null) throw refuseOperation(`the dist-tag "${tag}" would be read as a version range`)
}

function checkTarball(input: Draft<PublishInput>, tarball: InspectedTarball): void {
  const { name, version } = tarball.packageJson
  const found = { name, version, integrity: tarball.integrity, shasum: tarball.shasum, size: tarball.size }
  for (const [field, value] of Object.entries(found)) {
    const said = input[field as keyof typeof found]
    if (said !== value) throw refuseOperation(`it says ${field} ${said}, and the tarball says ${value}`)
  }
}
