import type { AccountEvent } from '#common/sync/index.ts'
import { findAuthoritativeAccount } from '../verify/find-authoritative-account.ts'
import type { HostContext } from './host-context.ts'

/** The host says whether the account is active; only the host it lives on is believed. */
export async function receiveAccount(
  host: HostContext,
  { did, seq, active, status }: AccountEvent,
  raw: Record<string, unknown>,
): Promise<void> {
  await findAuthoritativeAccount(host.identities, did, host.url)
  const newStatus = active ? 'active' : (status ?? 'inactive')
  await host.writer.appendNotice(
    { host: host.url, cursor: seq },
    { type: 'account', did, status: newStatus, body: raw },
  )
}
