import { isValidRecordKey } from '@atproto/syntax'
import { packageKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import { nameOfPackageKey, packageOfKey, versionOfKey } from '../../index/keys.ts'
import { readRecord } from './read-record.ts'

/** The package of whose repository a record is about. */
export interface PublicPackage {
  did: string
  name: string
}

type About = (record: { did: string; rkey: string; body: Uint8Array | undefined }) => PublicPackage | 'all' | undefined

const ofVersion: About = ({ did, rkey }) => named(did, versionOfKey(rkey)?.name)

/** What is mirrored, and which package each record is about; `all`: every package of its repository. */
const about: Record<string, About> = {
  [app.npm.package.record.$nsid]: ({ did, rkey }) => named(did, nameOfPackageKey(rkey)),
  [app.npm.package.version.$nsid]: ofVersion,
  [app.npm.package.deprecation.$nsid]: ofVersion,
  [app.npm.package.retirement.$nsid]: ofVersion,
  [app.npm.package.tag.$nsid]: ({ did, rkey }) => named(did, packageOfKey(rkey)),
  [app.npm.org.publishers.$nsid]: () => 'all',
  [app.npm.publish.attestation.$nsid]: ({ body }) => attested(body),
}

export const collections: ReadonlySet<string> = new Set(Object.keys(about))

/** A tree may hold keys that no PDS would let anybody write, such as those that Postgres cannot keep. */
export function isMirrored({ collection, rkey }: { collection: string; rkey: string }): boolean {
  return collections.has(collection) && isValidRecordKey(rkey)
}

/** Repositories with one of these are looked for; whoever has others has these, too. */
export const tellingCollections = [app.npm.package.record.$nsid, app.npm.publish.attestation.$nsid]

/** @returns undefined when it is about none, malformed records included */
export function packageOf(
  collection: string,
  record: { did: string; rkey: string; body: Uint8Array | undefined },
): PublicPackage | 'all' | undefined {
  return about[collection]?.(record)
}

function named(did: string, name: string | undefined): PublicPackage | undefined {
  return name === undefined ? undefined : { did, name }
}

function attested(body: Uint8Array | undefined): PublicPackage | undefined {
  if (body === undefined) return undefined
  const said = readRecord(app.npm.publish.attestation, body)
  if (said === undefined) return undefined
  // Anybody writes any name there.
  return named(said.org, nameOfPackageKey(packageKey(said.name)))
}
