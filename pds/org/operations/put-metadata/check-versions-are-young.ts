import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import { isRetirable, type RetireInput, retirementHours } from '#common/operations/index.ts'
import { app } from '#lexicons'
import type { OperationContext } from '../context.ts'

/**
 * Maintainers withdraw what nobody can have come to depend on. What counts is when this PDS wrote the version, not what the
 * version says of itself.
 * @throws TooOldToRetire (405, as npm's own registry answers)
 */
export async function checkVersionsAreYoung(context: OperationContext<RetireInput>): Promise<void> {
  const { input, operation, services } = context
  const collection = app.npm.package.version.main.$type
  for (const version of input.versions) {
    const found = await services.host.findRecord(operation.org, collection, versionKey(input.name, version))
    if (found !== undefined && isRetirable(new Date(found.indexedAt), services.clock.now())) continue
    throw new AtollError('TooOldToRetire', { package: input.name, versions: version, hours: retirementHours })
  }
}
