import type { DidString } from '@atproto/syntax'
import { app } from '#lexicons'
import type { Approval } from '../approve/index.ts'
import type { Desk } from './context.ts'

type Note = Omit<app.npm.gateway.noteException.$InputBody, 'by'> & { by: string }

/**
 * What is decided on these pages stands in the gateway's audit log beside everything else. Without the gateway it is in our own log:
 * nobody waits for an exception because the audit log is away, and the record itself says who decided.
 */
export async function noteInAuditLog({ gateway, log }: Pick<Desk, 'gateway' | 'log'>, note: Note): Promise<void> {
  log.info({ note }, 'a request for an exception')
  try {
    await gateway.call(app.npm.gateway.noteException, { input: { ...note, by: note.by as DidString } })
  } catch (err) {
    log.error({ alarm: 'audit-log-behind', err, note }, 'the audit log does not know of a decision')
  }
}

export function noteGranted(desk: Pick<Desk, 'gateway' | 'log'>, { did, operation, reviewedUri }: Approval) {
  const { name, versions } = operation.input
  const reason = String(operation.input['reason'])
  return noteInAuditLog(desk, { by: did, what: 'granted', subject: reviewedUri ?? `${name}@${versions}`, reason })
}
