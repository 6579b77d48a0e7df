import { noteRefusal } from '../../audit-log/index.ts'
import type { OpenedApproval } from '../../operations/index.ts'
import { checkManagesTokens } from '../access/index.ts'
import type { MadeToken, TokenMaking, TokenRequest } from './context.ts'
import { issueApproved } from './issue-approved.ts'
import { openApproval } from './open-approval.ts'
import { checkWanted, fingerprintOf } from './wanted-token.ts'

export type TokenAnswer = { made: MadeToken } | { approval: OpenedApproval }

/**
 * Makes a token after a fresh confirmation by its person: the first call opens the approval, the second brings the code.
 * A token can never do more than the one it was asked for with, because only unlimited ones may ask.
 * @throws TokenLimited, Forbidden, InvalidRequest, InvalidCode, TooManyRequests, ComponentUnavailable
 */
export async function createToken(gateway: TokenMaking, request: TokenRequest): Promise<TokenAnswer> {
  const { session, wanted, otp } = request
  try {
    await checkManagesTokens(gateway, session, wanted.org)
    checkWanted(wanted)
    const fingerprint = fingerprintOf(wanted)
    const approved = otp === undefined ? undefined : await gateway.ceremony.find(session, fingerprint)
    if (approved !== undefined) return { made: await issueApproved(gateway, request, approved) }
    return { approval: await openApproval(gateway, request, fingerprint) }
  } catch (error) {
    await noteRefusal(gateway.audit, { session, subject: `create token ${wanted.name}`, error })
    throw error
  }
}
