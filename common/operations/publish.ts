import { parseVersion } from '#common/names/index.ts'
import { type BundleRef, checkBundleRef } from '#common/provenance/index.ts'
import { buildTagRecord, buildVersionRecord, type InspectedTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { checkName, checkTag } from './check-package.ts'
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
  /** The Sigstore bundle that says where the tarball was built. */
  provenance?: BundleRef | undefined
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
    checkPublished(parsed)
    return parsed
  },
  packageOf: ({ name }) => name,
  draftRecord(org, input, tarball) {
    if (tarball === undefined) throw refuseOperation('a publish needs its tarball')
    checkTarball(input, tarball)
    return buildVersionRecord({ org, tarball, provenance: input.provenance, createdAt: input.createdAt })
  },
  // The attestation says nothing of tags: without an approval of its own the org PDS could point them where it likes.
  draftFurther: (org, { name, tag, version, createdAt }) => [buildTagRecord({ org, name, tag, version, createdAt })],
  summary: ({ name, version, tag }) => `publish ${name}@${version} as ${tag}`,
})

/** What no schema says of a version that is to be published. @throws InvalidName, InvalidVersion, InvalidOperation */
export function checkPublished({
  name,
  version,
  tag,
  provenance,
}: Pick<PublishInput, 'name' | 'version' | 'tag' | 'provenance'>): void {
  checkName(name)
  parseVersion(version)
  checkTag(tag)
  if (provenance !== undefined) checkBundleRef(provenance)
}

function checkTarball(input: Draft<PublishInput>, tarball: InspectedTarball): void {
  const { name, version } = tarball.packageJson
  const found = { name, version, integrity: tarball.integrity, shasum: tarball.shasum, size: tarball.size }
  for (const [field, value] of Object.entries(found)) {
    const said = input[field as keyof typeof found]
    if (said !== value) throw refuseOperation(`it says ${field} ${said}, and the tarball says ${value}`)
  }
}
