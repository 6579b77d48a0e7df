import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import { checkIsNotPurged } from '../check-is-not-purged.ts'
import type { PublishContext } from './context.ts'

/**
 * Versions are immutable: the record's rkey is derived from package and version, and is written once. Repeating the identical
 * publish succeeds, so that a client whose connection broke can try again, and changes nothing: its tag may have moved on.
 * @throws VersionExists (403, as npm answers) when another record already has this version; VersionPurged
 */
export async function checkVersionIsNew(context: PublishContext): Promise<void> {
  const { input, operation, services } = context
  const collection = app.npm.package.version.main.$type
  const rkey = versionKey(input.name, input.version)
  await checkIsNotPurged(services.host, operation.org, input)
  const existing = await services.host.findRecord(operation.org, collection, rkey)
  if (existing !== undefined && existing.cid !== input.record) {
    throw new AtollError('VersionExists', { package: input.name, version: input.version })
  }
  context.repeated = existing !== undefined
}
