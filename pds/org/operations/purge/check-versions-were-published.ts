import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import type { PurgeInput } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { checkIsNotPurged } from '../check-is-not-purged.ts'
import type { OperationContext } from '../context.ts'
import { recordsOf } from '../records-of.ts'

/**
 * There are bytes to delete, in this very repository; so it does not matter whose the name is by now. What is withdrawn has bytes like
 * everything else. Repeating exactly the same purge succeeds.
 * @throws NotFound, VersionPurged
 */
export async function checkVersionsWerePublished(context: OperationContext<PurgeInput>): Promise<void> {
  const { input, operation, services } = context
  const { name, versions } = input
  const written = new Set(recordsOf(context).map(({ cid }) => cid))
  for (const version of versions) {
    const key = versionKey(name, version)
    const found = await services.host.findRecord(operation.org, app.npm.package.version.main.$type, key)
    if (found === undefined) throw new AtollError('NotFound', { package: name, version })
    await checkIsNotPurged(services.host, operation.org, { name, version }, written)
  }
}
