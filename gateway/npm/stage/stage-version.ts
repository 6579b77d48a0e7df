import { publish as publishKind } from '#common/operations/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { findPublisher } from '../../publishers/index.ts'
import type { StagedVersion, Stager } from '../../stages/index.ts'
import { checkPermission } from '../check-permission.ts'
import { findOrganisation, type Organisation } from '../find-organisation.ts'
import {
  checkVersionIsNew,
  compareDigests,
  inspectUpload,
  type PublishRequest,
  stageUpload,
  verifyBundle,
} from '../publish/index.ts'

/**
 * What the gateway does with a version that is staged: what it does with a publish, up to where the approval would be asked for.
 * Nobody else learns of it, and it is no record yet: the org PDS checks everything when it is approved.
 */
export async function stageVersion(gateway: GatewayContext, request: PublishRequest): Promise<StagedVersion> {
  const { session, document } = request
  compareDigests(request)
  const org = await findOrganisation(gateway, session, document.name)
  const stager = await findStager(gateway, session, { org, name: document.name.name })
  await checkVersionIsNew({ gateway, session, name: document.name.name, version: document.version }, org.did)
  const inspected = await inspectUpload(request)
  await verifyBundle(request, inspected)
  return stageUpload(request, { org, inspected, stager })
}

/** @throws Forbidden; NotTrusted for a job whose trusted publisher is none any more */
async function findStager(
  gateway: GatewayContext,
  session: Session,
  { org, name }: { org: Organisation; name: string },
): Promise<Stager> {
  if (session.publisher === undefined) {
    await checkPermission(gateway, session, { org, kind: publishKind, package: name, staging: true })
    return { id: session.did, name: session.handle }
  }
  const { record, repository, issuer } = await findPublisher(gateway, { org: org.did, name, uri: session.publisher })
  return { id: record.uri, name: repository ?? issuer }
}
