import { composeOperation, publish as publishKind } from '#common/operations/index.ts'
import type { InspectedTarball } from '#common/tarball/index.ts'
import { operationLifetimeSeconds } from '../../operations/index.ts'
import type { PublishAnswer, PublishRequest } from './context.ts'

/**
 * Fixes the operation, times included, so that every party builds the same record from it; parks the bytes and asks the
 * people PDS for an approval.
 * @throws InvalidOperation, InvalidTarball, TooManyRequests, ComponentUnavailable
 */
export async function openApproval(
  { gateway, session, requester, document, tarball, fingerprint }: PublishRequest,
  org: string,
  inspected: InspectedTarball,
): Promise<PublishAnswer> {
  const now = gateway.clock.now()
  const composed = composeOperation({
    org,
    procedure: publishKind.procedure,
    input: {
      name: document.name.name,
      version: document.version,
      integrity: inspected.integrity,
      shasum: inspected.shasum,
      size: inspected.size,
      tag: document.tag,
      createdAt: new Date(now).toISOString(),
    },
    tarball: inspected,
    expiry: Math.floor(now / 1000) + operationLifetimeSeconds,
  })
  const approval = await gateway.ceremony.open({ session, requester, request: fingerprint, composed, upload: tarball })
  return { kind: 'asked', approval }
}
