import { AtollError } from '#common/errors/index.ts'
import type { AuditLog } from './audit-log.ts'

interface Attempt {
  session: { did: string; tokenId: string }
  subject: string
}

/** Every denied write is written down (DESIGN §9): no permission, a wrong code. Requests that make no sense are not. */
export async function noteRefusal(
  audit: AuditLog,
  { session, subject, error }: Attempt & { error: unknown },
): Promise<void> {
  if (!(error instanceof AtollError) || (error.status !== 401 && error.status !== 403)) return
  const details = { code: error.code, token: session.tokenId }
  await audit.append({ actor: session.did, action: 'operation.refused', subject, details })
}

/** Does what somebody asks for, and writes it down when they are denied it. */
export async function notingRefusal<Answer>(
  audit: AuditLog,
  attempt: Attempt,
  act: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await act()
  } catch (error) {
    await noteRefusal(audit, { ...attempt, error })
    throw error
  }
}
