import { AtollError } from '#common/errors/index.ts'
import { operationHash } from '#common/records/index.ts'
import { signServiceToken } from '#common/service-auth/index.ts'
import { sendXrpc } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import type { FinishedRound } from '../idp/index.ts'

/**
 * Brings the IdP's word to the org PDS, which binds (issuer, subject) to the DID, once. Whatever fails is logged and tried
 * again at a later sign-in: signing in works without it, approving does not. That the org PDS refuses for good is remembered,
 * for the person must be told.
 */
export async function finishEnrolment(context: PeopleContext, round: FinishedRound): Promise<void> {
  const { did, operation, answer } = round
  if (did === undefined || operation === undefined) throw new Error('an enrolment is about a person and an operation')
  try {
    if (answer === undefined) throw new Error('the identity provider would not confirm without asking')
    await askOrgPds(context, did, operation, answer.idToken)
    await note(context, did, { enrolled_at: new Date(context.clock.now()), enrol_refused: false })
    context.log.info({ did }, 'enrolled')
  } catch (err) {
    const refused = err instanceof AtollError && err.code === 'AlreadyBound'
    if (refused) await note(context, did, { enrol_refused: true })
    context.log.warn({ err, did }, refused ? 'enrolment refused' : 'not enrolled yet')
  }
}

async function note(
  { db }: PeopleContext,
  did: string,
  outcome: { enrolled_at?: Date; enrol_refused: boolean },
): Promise<void> {
  await db.updateTable('person').set(outcome).where('did', '=', did).execute()
}

/** The org PDS checks subject, nonce and DID for itself, so nothing is decided here. */
async function askOrgPds(context: PeopleContext, did: string, operation: Uint8Array, idToken: string): Promise<void> {
  const { host, config } = context
  const { url, did: audience } = config.network.peers.org
  const method = app.npm.operation.enrol.main.nsid
  const keypair = await host.signerFor(did)
  const token = await signServiceToken(keypair, { issuer: did, audience, method, op: operationHash(operation) })
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/octet-stream',
    'atoll-operation': Buffer.from(operation).toString('base64url'),
    'atoll-id-token': idToken,
  }
  await sendXrpc('organisation PDS', `${url}/xrpc/${method}`, { method: 'POST', headers })
}
