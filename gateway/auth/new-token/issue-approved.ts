import { AtollError } from '#common/errors/index.ts'
import { handleOf } from '#common/identity/index.ts'
import { createToken as kind } from '#common/operations/index.ts'
import { parseOperation } from '#common/records/index.ts'
import type { OperationRow, TokenAccess } from '../../database/tables.ts'
import type { NewToken } from '../token/index.ts'
import type { MadeToken, TokenMaking, TokenRequest } from './context.ts'

/**
 * The code is good: what the person saw on the page, and nothing that came with this request, becomes a token.
 * @throws InvalidCode, InvalidToken, ComponentUnavailable
 */
export async function issueApproved(
  gateway: TokenMaking,
  { session, requester, otp = '' }: TokenRequest,
  approved: OperationRow,
): Promise<MadeToken> {
  const { ceremony, verifyPerson, database, tokens, audit } = gateway
  const { token: word } = await ceremony.redeem(approved, otp)
  const { did } = await verifyPerson(word, { method: kind.procedure, op: approved.op })
  if (did !== session.did) throw new AtollError('InvalidToken', { reason: 'somebody else confirmed it' })
  const wanted = await readApproved(gateway, session, approved)
  const made = await database.db.transaction().execute(async (transaction) => {
    const issued = await tokens.issue(wanted, transaction)
    const { id, name, access, packages, cidrs } = issued.row
    const limits = { packages: packages?.join(' ') ?? '*', cidrs: cidrs.join(' ') }
    const details = { name, access, ...limits, account: wanted.handle, address: requester.address }
    await audit.append({ actor: did, action: 'token.issued', subject: id, details }, transaction)
    return issued
  })
  await ceremony.forget(approved)
  return made
}

async function readApproved(
  { identities }: TokenMaking,
  session: TokenRequest['session'],
  { bytes }: OperationRow,
): Promise<NewToken> {
  const { org: account, input } = parseOperation(bytes)
  const { name, description = '', access, packages, cidrs, expiresAt } = kind.parseInput(input)
  const owner = account === session.did ? 'person' : 'org'
  const handle = owner === 'person' ? session.handle : await handleOf(identities, account)
  return {
    did: account,
    handle,
    owner,
    name,
    description,
    access: access as TokenAccess,
    packages: packages.includes('*') ? null : [...packages],
    cidrs: [...cidrs],
    created_by: session.did,
    expires_at: new Date(expiresAt),
  }
}
