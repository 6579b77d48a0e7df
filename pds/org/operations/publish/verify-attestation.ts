import { verifyWitness } from '../verify-witness.ts'
import type { PublishContext } from './context.ts'
import { publishedVersion } from './published-version.ts'

/**
 * Somebody else's key says so too. The version record itself is known by its CID only, until the tarball is read; what an
 * attestation repeats of it stands in the operation as well.
 */
export async function verifyAttestation(context: PublishContext): Promise<void> {
  const { name, version, integrity } = context.input
  await verifyWitness(context, { ...publishedVersion(context), record: { name, version, integrity } })
}
