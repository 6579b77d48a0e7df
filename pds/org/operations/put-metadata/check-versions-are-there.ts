import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import { checkIsNotPurged } from '../check-is-not-purged.ts'
import { recordsOf } from '../records-of.ts'
import { type PutMetadataContext, versionsOf } from './context.ts'

/**
 * Nothing can be said of a version that was never published, or that was withdrawn; but a withdrawal can be repeated.
 * @throws NotFound, VersionPurged, VersionRetired
 */
export async function checkVersionsAreThere(context: PutMetadataContext): Promise<void> {
  const { input, operation, services } = context
  const { name } = input
  const { version: versions, retirement: retirements } = app.npm.package
  const written = new Set(recordsOf(context).map(({ cid }) => cid))
  for (const version of versionsOf(context)) {
    const find = (collection: string) => services.host.findRecord(operation.org, collection, versionKey(name, version))
    if ((await find(versions.main.$type)) === undefined) throw new AtollError('NotFound', { package: name, version })
    await checkIsNotPurged(services.host, operation.org, { name, version })
    const retired = await find(retirements.main.$type)
    if (retired !== undefined && !written.has(retired.cid)) {
      throw new AtollError('VersionRetired', { package: name, version })
    }
  }
}
