import { AtollError } from '#common/errors/index.ts'
import { packageKey, tarballFile, versionKey } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { type PackageJson, parsePackageJson } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { readRecord } from '../../mirror/records/read-record.ts'
import { verifiedHandleOf } from '../../mirror/repos.ts'
import { type Db, publicNetwork as network } from '../../schema/index.ts'
import { dependenciesOf } from './dependencies-of.ts'
import type { SbomFacts } from './sbom-facts.ts'

// A quarter of a second of work. Nobody's package.json is near it.
const maxDependencies = 2_000

interface About {
  did: string
  name: string
  version: string
}

/** @param publicUrl of the public gateway @throws NotFound */
export async function readSbomFacts(db: Db, about: About, publicUrl: string): Promise<SbomFacts> {
  const { did, name, version } = about
  const { version: versions, record: packages } = app.npm.package
  const row = await recordOf(db, did, versions.$nsid, versionKey(name, version))
  const value = row && readRecord(versions, row.body)
  const manifest = value && readManifest(value.manifest)
  if (row === undefined || value === undefined || manifest === undefined) {
    throw new AtollError('NotFound', { package: name, version })
  }
  const described = await recordOf(db, did, packages.$nsid, packageKey(name))
  const { source } = (described && readRecord(packages, described.body)) ?? {}
  const { integrity, createdAt } = value
  return {
    ...{ name, version, did, manifest, integrity, createdAt },
    record: { uri: recordUri(did, versions.$nsid, versionKey(name, version)), cid: row.cid },
    publisher: (await verifiedHandleOf(db, did)) ?? did,
    source: source?.repository,
    tarball: `${publicUrl}/${did}/${name}/-/${tarballFile(name, version)}`,
  }
}

function recordOf(db: Db, did: string, collection: string, rkey: string) {
  return db
    .selectFrom('mirror_record')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('collection', '=', collection)
    .where('rkey', '=', rkey)
    .select(['cid', 'body'])
    .executeTakeFirst()
}

/** Who stole the keys of the edge writes what they like into a manifest. @returns undefined when nothing can be made of it */
function readManifest(bytes: Uint8Array): PackageJson | undefined {
  try {
    const manifest = parsePackageJson(bytes)
    return dependenciesOf(manifest).length > maxDependencies ? undefined : manifest
  } catch {
    return undefined
  }
}
