import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import type { OrgServices } from './services.ts'

/**
 * What was purged is there no more, for anything.
 * @param writing CID of a purge that is just being repeated
 * @throws VersionPurged (451)
 */
export async function checkIsNotPurged(
  host: Pick<OrgServices['host'], 'findRecord'>,
  org: string,
  { name, version }: { name: string; version: string },
  writing?: ReadonlySet<string>,
): Promise<void> {
  const { main } = app.npm.package.purge
  const purged = await host.findRecord(org, main.$type, versionKey(name, version))
  if (purged === undefined || writing?.has(purged.cid) === true) return
  throw new AtollError('VersionPurged', { package: name, version, reason: String(purged.record['reason']) })
}
