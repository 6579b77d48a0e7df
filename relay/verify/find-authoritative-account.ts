import { AtollError } from '#common/errors/index.ts'
import type { RepoAccount, RepoIdentities } from '../upstream/repo-identities.ts'
import { Refusal } from './refusal.ts'

/**
 * The account, if this host may speak for it: the PDS in its verified operation log is this host.
 * Accounts move, so before a host is turned away the directory is asked once more.
 * @param options.fresh true asks the directory in any case
 * @throws Refusal unknown-account, foreign-host, invalid-identity; DirectoryUnavailable: try the event again later
 */
export async function findAuthoritativeAccount(
  identities: RepoIdentities,
  did: string,
  host: string,
  { fresh = false } = {},
): Promise<RepoAccount> {
  const known = fresh ? undefined : await resolve(identities, did, false)
  if (known?.pds === host) return known
  const current = await resolve(identities, did, true)
  if (current === undefined) throw new Refusal('unknown-account', did)
  if (current.pds !== host) throw new Refusal('foreign-host', `${did} lives at ${current.pds}, not at ${host}`)
  return current
}

async function resolve(identities: RepoIdentities, did: string, fresh: boolean): Promise<RepoAccount | undefined> {
  try {
    return await identities.resolve(did, { fresh })
  } catch (error) {
    if (error instanceof AtollError && error.code === 'IdentityInvalid') {
      throw new Refusal('invalid-identity', did, error)
    }
    throw error
  }
}
