import type { IdentityEvent } from '#common/sync/index.ts'
import { findAuthoritativeAccount } from '../verify/find-authoritative-account.ts'
import type { HostContext } from './host-context.ts'

/** Something about the account's identity changed: whatever we remember is asked for again, and subscribers are told. */
export async function receiveIdentity(
  host: HostContext,
  { did, seq }: IdentityEvent,
  raw: Record<string, unknown>,
): Promise<void> {
  host.identities.forget(did)
  await findAuthoritativeAccount(host.identities, did, host.url)
  await host.writer.appendNotice({ host: host.url, cursor: seq }, { type: 'identity', did, body: raw })
}
