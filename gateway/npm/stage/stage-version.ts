import { publish as publishKind } from '#common/operations/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { StagedVersion } from '../../stages/index.ts'
import { checkPermission } from '../check-permission.ts'
import { findOrganisation } from '../find-organisation.ts'
import { checkVersionIsNew, compareDigests, inspectUpload, type PublishRequest, stageUpload } from '../publish/index.ts'

/**
 * What the gateway does with a version that is staged: what it does with a publish, up to where the approval would be asked for.
 * Nobody else learns of it, and it is no record yet: the org PDS checks everything when it is approved.
 */
export async function stageVersion(gateway: GatewayContext, request: PublishRequest): Promise<StagedVersion> {
  const { session, document } = request
  compareDigests(request)
  const org = await findOrganisation(gateway, session, document.name)
  await checkPermission(gateway, session, { org, kind: publishKind, package: document.name.name, staging: true })
  await checkVersionIsNew({ gateway, session, name: document.name.name, version: document.version }, org.did)
  const inspected = await inspectUpload(request)
  return stageUpload(gateway, request, { org, inspected, stager: { id: session.did, name: session.handle } })
}
