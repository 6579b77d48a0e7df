import { composeOperation, publish as publishKind } from '#common/operations/index.ts'
import { describeBundle } from '#common/provenance/index.ts'
import type { InspectedTarball } from '#common/tarball/index.ts'
import { operationLifetimeSeconds } from '../../operations/index.ts'
import type { PublishAnswer, PublishRequest } from './context.ts'
import { writeBundle } from './write-bundle.ts'

/**
 * Fixes the operation, times included, so that every party builds the same record from it; parks the bytes and asks the
 * people PDS for an approval.
 * @throws InvalidOperation, InvalidTarball, TooManyRequests, ComponentUnavailable
 */
export async function openApproval(
  request: PublishRequest,
  org: string,
  inspected: InspectedTarball,
): Promise<PublishAnswer> {
  const { gateway, session, requester, document, tarball, fingerprint } = request
  const { bundle } = document
  await using attached = bundle && (await writeBundle(gateway, bundle))
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
      provenance: bundle && describeBundle(bundle),
      createdAt: new Date(now).toISOString(),
    },
    tarball: inspected,
    expiry: Math.floor(now / 1000) + operationLifetimeSeconds,
  })
  const asked = { session, requester, request: fingerprint, composed, upload: tarball, bundle: attached }
  const approval = await gateway.ceremony.open(asked)
  return { kind: 'asked', approval }
}
