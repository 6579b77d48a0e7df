import type { PublishAnswer, PublishRequest } from './context.ts'
import { writeBundle } from './write-bundle.ts'

/**
 * npm repeats the whole request with the code. It finds the operation that was opened for this token, these bytes and
 * this tag; without one (expired, or another tarball) the code is of no use and a new approval is asked for.
 * @returns undefined when there is nothing to finish
 * @throws InvalidCode; what the org PDS refuses; VersionBlocked, IndexLagging
 */
export async function finishApproved(request: PublishRequest): Promise<PublishAnswer | undefined> {
  const { gateway, session, otp, fingerprint, tarball, document } = request
  if (otp === undefined) return undefined
  const operation = await gateway.ceremony.find(session, fingerprint)
  if (operation === undefined) return undefined
  await using bundle = document.bundle && (await writeBundle(gateway, document.bundle))
  const heldBack = await gateway.ceremony.complete(operation, otp, bundle === undefined ? [tarball] : [tarball, bundle])
  // Other gateways hear of it from the AppView; this one must know before the person's next request.
  gateway.updates.packageChanged(document.name.name)
  return { kind: 'published', heldBack }
}
