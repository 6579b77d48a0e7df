import { AtollError } from '#common/errors/index.ts'
import type { RequestPromotionInput } from '#common/operations/index.ts'
import { findVersion } from '../../promotion/version-records.ts'
import type { OperationContext } from '../context.ts'

/** @throws NotFound for a version that is not here; InvalidOperation when it is another than the one that is meant */
export async function checkChosenVersions(context: OperationContext<RequestPromotionInput>): Promise<void> {
  const { input, operation, services } = context
  for (const { version, cid } of input.versions) {
    const found = await findVersion(services.host, operation.org, input.name, version)
    if (found.cid === cid) continue
    throw new AtollError('InvalidOperation', {
      reason: `${input.name}@${version} is not the version it names by its CID`,
    })
  }
}
