import { randomHandle } from '#common/crypto/index.ts'
import type { NewAccount } from './context.ts'

/**
 * Nobody ever signs in with these: people come by SSO, and organisations not at all. The embedded PDS wants an address and a
 * password for every account, so it gets ones that nobody knows.
 */
export async function createAccount({ did, handle, commit, pds }: NewAccount): Promise<void> {
  if (commit === undefined) return
  await pds.accountManager.createAccount({
    did,
    handle: handle as `${string}.${string}`,
    email: `${did.slice('did:plc:'.length)}@account.invalid`,
    password: randomHandle(24),
    repoCid: commit.cid,
    repoRev: commit.rev,
  })
}
