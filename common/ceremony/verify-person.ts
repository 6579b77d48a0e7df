import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Account, Identities } from '#common/identity/index.ts'
import { type JtiStore, verifyServiceToken } from '#common/service-auth/index.ts'

export interface PersonTokenRules {
  /** DID of the component that executes. */
  audience: string
  identities: Identities
  jtis: JtiStore
  clock: Clock
}

// The gateway got the token for this one request a moment ago.
const maxLifetimeSeconds = 60

/**
 * Who calls: the person whose DID signed the token, for exactly this operation. The key comes from the verified log of the
 * private directory, and only people's accounts are people.
 * @throws InvalidToken, UntrustedIssuer, StaleToken, ReplayedToken, DirectoryUnavailable, IdentityInvalid
 */
export async function verifyPerson(
  token: string,
  { method, op }: { method: string; op: Uint8Array },
  { audience, identities, jtis, clock }: PersonTokenRules,
): Promise<Account> {
  const personOf = async (did: string, fresh: boolean) => {
    const account = await identities.resolve(did, { fresh })
    return account?.role === 'people' ? account : undefined
  }
  const keyOf = async (issuer: string, fresh: boolean) => (await personOf(issuer, fresh))?.signingKey
  const { iss } = await verifyServiceToken(token, { audience, method, op, maxLifetimeSeconds, keyOf, jtis, clock })
  const person = await personOf(iss, false)
  if (person === undefined) throw new AtollError('UntrustedIssuer', { issuer: iss })
  return person
}
