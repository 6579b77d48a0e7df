import { AtollError } from '#common/errors/index.ts'
import { kindOf } from '#common/operations/index.ts'
import { parseOperation } from '#common/records/index.ts'
import { signServiceToken } from '#common/service-auth/index.ts'
import type { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import { hashSecret } from '../state/index.ts'
import { normalizeCode } from './code.ts'

export interface Redemption {
  /** As the person or npm gave it. */
  code: string
  did: string
  /** The token that brings it. */
  client: string
  /** SHA-256 of the operation it is brought for. */
  op: Uint8Array
}

const maxFailedAttempts = 5

/**
 * Exchanges a one-time code for what the executor, mostly the org PDS, asks for: the person's word for exactly this operation, and the IdP's. A code that
 * somebody else brings, or for something else, is spent.
 * @throws InvalidCode
 */
export async function redeemApproval(
  context: PeopleContext,
  redemption: Redemption,
): Promise<app.npm.operation.redeemApproval.$OutputBody> {
  const { host, config, log } = context
  const spent = await spendCode(context, redemption)
  if (spent === undefined) {
    await punishWrongCode(context, redemption)
    throw new AtollError('InvalidCode')
  }
  const { did, op } = redemption
  const { procedure: method } = parseOperation(spent.operation)
  const audience = config.network.peers[kindOf(method).executor ?? 'org'].did
  const token = await signServiceToken(await host.signerFor(did), { issuer: did, audience, method, op })
  log.info({ did, method }, 'approval redeemed')
  const { operation: _, ...confirmation } = spent
  return { token, ...confirmation }
}

interface Spent {
  operation: Uint8Array
  idToken: string
  /** Canonical bytes of the list it was approved in. */
  batch?: Uint8Array<ArrayBuffer>
  /** What a passkey signed with it. */
  passkey?: string
}

/** One transaction, so that of two who bring the code at the same time one gets it. */
function spendCode({ db, clock }: PeopleContext, { code, did, client, op }: Redemption): Promise<Spent | undefined> {
  return db.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom('approval')
      .innerJoin('person', 'person.did', 'approval.did')
      .leftJoin('batch', 'batch.handle_hash', 'approval.batch')
      .select(['approval.handle_hash', 'approval.operation', 'approval.id_token', 'approval.passkey', 'batch.list'])
      .where('approval.code_hash', '=', hashSecret(normalizeCode(code)))
      .where('approval.state', '=', 'approved')
      .where('person.disabled_at', 'is', null)
      .where('approval.expires_at', '>', new Date(clock.now()))
      .where('approval.did', '=', did)
      .where('approval.client', '=', client)
      .where('approval.op', '=', Buffer.from(op).toString('base64url'))
      .forUpdate('approval')
      .executeTakeFirst()
    if (row === undefined || row.id_token === null) return undefined
    await transaction
      .updateTable('approval')
      .set({ state: 'redeemed', id_token: null, passkey: null })
      .where('handle_hash', '=', row.handle_hash)
      .execute()
    const { operation, id_token: idToken, passkey, list } = row
    return {
      operation,
      idToken,
      ...(passkey === null ? {} : { passkey }),
      ...(list === null ? {} : { batch: new Uint8Array(list) }),
    }
  })
}

/**
 * The code itself is spent if it was a real one; guesses are counted against the approvals they were made for. A batch's code
 * outlives its own token bringing it for something else: "npm publish -ws --otp" brings it for every package there is.
 */
async function punishWrongCode({ db }: PeopleContext, { code, did, client, op }: Redemption): Promise<void> {
  const burned = { state: 'burned', id_token: null, passkey: null } as const
  await db
    .updateTable('approval')
    .set(burned)
    .where('code_hash', '=', hashSecret(normalizeCode(code)))
    .where('state', '=', 'approved')
    .where((e) => e.or([e('batch', 'is', null), e('did', '!=', did), e('client', '!=', client)]))
    .execute()
  const guessedAt = db
    .updateTable('approval')
    .where('did', '=', did)
    .where('client', '=', client)
    .where('op', '=', Buffer.from(op).toString('base64url'))
    .where('state', '=', 'approved')
  await guessedAt.set((e) => ({ failed_attempts: e('failed_attempts', '+', 1) })).execute()
  await guessedAt.set(burned).where('failed_attempts', '>=', maxFailedAttempts).execute()
}
