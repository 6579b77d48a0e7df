import { publish as publishKind } from '#common/operations/index.ts'
import { checkPermission } from '../check-permission.ts'
import { findOrganisation } from '../find-organisation.ts'
import { checkVersionIsNew } from './check-version-is-new.ts'
import { compareDigests } from './compare-digests.ts'
import type { PublishAnswer, PublishRequest } from './context.ts'
import { finishApproved } from './finish-approved.ts'
import { inspectUpload } from './inspect-upload.ts'
import { openApproval } from './open-approval.ts'
import { publishFromCi } from './publish-from-ci.ts'
import { verifyBundle } from './verify-bundle.ts'

/**
 * What the gateway does with an upload that has arrived, in this order (DESIGN §2, steps 1 and 5). It decides nothing for
 * good: the org PDS checks all of it again. What costs little comes first.
 */
export async function publish(request: PublishRequest): Promise<PublishAnswer> {
  const { publisher } = request.session
  if (publisher !== undefined) return publishFromCi(request, publisher) // nobody is there to ask
  compareDigests(request) // what npm says it sent is what arrived
  const finished = await finishApproved(request) // it brings the code: the second half
  if (finished !== undefined) return finished
  const { gateway, session, document } = request
  const org = await findOrganisation(gateway, session, document.name) // the name is one of an organisation of this network
  await checkPermission(gateway, session, { org, kind: publishKind, package: document.name.name })
  await checkVersionIsNew({ gateway, session, name: document.name.name, version: document.version }, org.did)
  const inspected = await inspectUpload(request) // the tarball is sound, and is what the document says
  await verifyBundle(request, inspected) // where it says that it was built, if it does, is true of exactly these bytes
  return openApproval(request, org.did, inspected)
}
