import { AtollError } from '#common/errors/index.ts'
import type { AuditLog } from './audit-log.ts'

/** Every denied write is written down (DESIGN §9): no permission, a wrong code. Requests that make no sense are not. */
export async function noteRefusal(
  audit: AuditLog,
  { session, subject, error }: { session: { did: string; tokenId: string }; subject: string; error: unknown },
): Promise<void> {
  if (!(error instanceof AtollError) || (error.status !== 401 && error.status !== 403)) return
  const details = { code: error.code, token: session.tokenId }
  await audit.append({ actor: session.did, action: 'operation.refused', subject, details })
}
