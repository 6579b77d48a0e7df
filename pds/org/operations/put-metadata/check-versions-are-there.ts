import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import type { PutMetadataContext } from './context.ts'

/** Nothing can be said of a version that was never published. @throws NotFound */
export async function checkVersionsAreThere({ input, operation, services }: PutMetadataContext): Promise<void> {
  const { name, version } = input
  const collection = app.npm.package.version.main.$type
  const found = await services.host.findRecord(operation.org, collection, versionKey(name, version))
  if (found === undefined) throw new AtollError('NotFound', { package: name, version })
}
