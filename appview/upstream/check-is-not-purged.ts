import { AtollError } from '#common/errors/index.ts'
import { purgesOf } from '../purges/index.ts'
import type { Db } from '../schema/index.ts'
import type { UpstreamKey } from './upstream-key.ts'

/**
 * What may not be installed for another reason may be fetched, to look at it; what was purged is not, whatever a gateway asks for.
 * @throws VersionPurged
 */
export async function checkIsNotPurged(db: Db, key: UpstreamKey, version: string): Promise<void> {
  const purge = (await purgesOf(db, { source: 'upstream', ...key }, [version])).get(version)
  if (purge === undefined) return
  throw new AtollError('VersionPurged', { package: key.name, version, reason: purge.reason })
}
