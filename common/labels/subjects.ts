import { isValidDid } from '@atproto/syntax'
import { PackageURL } from 'packageurl-js'
import {
  packageKey,
  parsePackageKey,
  parsePackageName,
  parseVersion,
  parseVersionKey,
  versionKey,
} from '#common/names/index.ts'
import { parseRecordUri, recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'

/** What a label is about. */
export type LabelSubject =
  | { kind: 'upstream'; name: string; version?: string | undefined }
  | { kind: 'private'; org: string; name: string; version?: string | undefined }
  | { kind: 'account'; did: string }

const maxLength = 1024

/**
 * What a label's `uri` means to a registry of npm packages.
 * @returns undefined for everything else in the world
 */
export function parseSubject(uri: string): LabelSubject | undefined {
  if (uri.length > maxLength) return undefined
  try {
    if (uri.startsWith('at://')) return parseAtUri(uri)
    if (uri.startsWith('did:')) return isValidDid(uri) ? { kind: 'account', did: uri } : undefined
    return parsePurl(uri)
  } catch {
    return undefined
  }
}

/**
 * The one spelling of a subject: purls can be written in several ways.
 * Names in purls are lower case (https://github.com/package-url/purl-spec, npm), so JSONStream and jsonstream are labelled as one.
 */
export function subjectUri(subject: LabelSubject): string {
  if (subject.kind === 'account') return subject.did
  const { name, version } = subject
  if (subject.kind === 'upstream') return purlOf(name, version)
  return version === undefined
    ? recordUri(subject.org, app.npm.package.record.$nsid, packageKey(name))
    : recordUri(subject.org, app.npm.package.version.$nsid, versionKey(name, version))
}

/** For people: `left-pad@1.3.0`, `@acme.com/ui`, a DID. */
export function describeSubject(subject: LabelSubject): string {
  if (subject.kind === 'account') return subject.did
  return subject.version === undefined ? subject.name : `${subject.name}@${subject.version}`
}

function purlOf(name: string, version: string | undefined): string {
  const [bare = '', scope] = name.split('/').toReversed()
  return new PackageURL('npm', scope, bare, version).toString()
}

function parsePurl(uri: string): LabelSubject | undefined {
  const { type, namespace, name, version, subpath } = PackageURL.fromString(uri)
  // A file in a package is not what is installed.
  if (type !== 'npm' || name === undefined || subpath != null) return undefined
  const parsed = parsePackageName(namespace == null ? name : `${namespace}/${name}`)
  return { kind: 'upstream', name: parsed.name, ...(version == null ? {} : { version: parseVersion(version) }) }
}

function parseAtUri(uri: string): LabelSubject | undefined {
  const parts = parseRecordUri(uri)
  if (parts === undefined) return undefined
  const { did: org, collection, rkey } = parts
  if (collection === app.npm.package.record.$nsid) return { kind: 'private', org, name: parsePackageKey(rkey).name }
  if (collection !== app.npm.package.version.$nsid) return undefined
  const { name, version } = parseVersionKey(rkey)
  return { kind: 'private', org, name: name.name, version }
}
