import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import type { FoundRecord, PdsHost } from '#pds/host/index.ts'

/** A version of an organisation's package, as its repository has it. */
export interface VersionRecord {
  version: string
  cid: string
  record: app.npm.package.version.Main
}

/** @throws NotFound */
export async function findVersion(
  host: Pick<PdsHost, 'findRecord'>,
  org: string,
  name: string,
  version: string,
): Promise<VersionRecord> {
  const found = await findAbout(host, app.npm.package.version.$nsid, org, name, version)
  if (found === undefined) throw new AtollError('NotFound', { package: name, version })
  return { version, cid: found.cid, record: found.record as unknown as app.npm.package.version.Main }
}

/** What is said of a version in a collection that is keyed like versions. */
export function findAbout(
  host: Pick<PdsHost, 'findRecord'>,
  collection: string,
  org: string,
  name: string,
  version: string,
): Promise<FoundRecord | undefined> {
  return host.findRecord(org, collection, versionKey(name, version))
}
