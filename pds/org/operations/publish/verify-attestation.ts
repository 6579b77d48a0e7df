import { app } from '#lexicons'
import { verifyWitness } from '../verify-witness.ts'
import type { PublishContext } from './context.ts'
import { publishedVersion } from './published-version.ts'

/**
 * Somebody else's key says so too: of the version by an attestation, of its tag by an approval. The version record itself
 * is known by its CID only, until the tarball is read; what an attestation repeats of it stands in the operation as well.
 */
export async function verifyAttestation(context: PublishContext): Promise<void> {
  const { input, kind, operation } = context
  const { name, version, integrity } = input
  const subject = { ...publishedVersion(context), record: { name, version, integrity } }
  await verifyWitness(context, subject, app.npm.publish.attestation.main.$type)
  for (const tag of kind.furtherRecordsOf(operation.org, input)) {
    await verifyWitness(context, tag, app.npm.org.approval.main.$type)
  }
}
