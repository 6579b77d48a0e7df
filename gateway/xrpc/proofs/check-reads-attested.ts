import { AtollError } from '#common/errors/index.ts'
import { decodeRecord } from '#common/records/index.ts'
import { recordInProof } from '#common/sync/index.ts'
import { app } from '#lexicons'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { mayRead } from './may-read.ts'

/**
 * An attestation says name and version. Whoever may not read the package gets what there is for an attestation that does not
 * exist: the proof that there is none would tell the two apart, so that is not shown either.
 * @throws NotFound
 */
export async function checkReadsAttested(
  peers: GatewayContext['peers'],
  session: Session,
  { did, collection, rkey }: { did: string; collection: string; rkey: string },
  proof: Uint8Array,
): Promise<void> {
  const bytes = recordInProof(proof, `${collection}/${rkey}`)
  const attested = bytes && app.npm.publish.attestation.main.safeParse(decodeRecord(bytes))
  if (attested?.success && (await mayRead(peers, session, attested.value))) return
  throw new AtollError('NotFound', { package: did })
}
