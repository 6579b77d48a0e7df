import { AtollError } from '#common/errors/index.ts'
import type { Identities } from '#common/identity/index.ts'
import { type JtiStore, verifyServiceToken } from '#common/service-auth/index.ts'

/** Who signed a word for this gateway: the account of the DID that issued the JWT. */
export type VerifyPerson = (
  jwt: string,
  about: { method: string; op?: Uint8Array },
) => Promise<{ did: string; handle: string }>

export interface PersonVerification {
  /** DID of this gateway. */
  audience: string
  identities: Identities
  jtis: JtiStore
}

const maxLifetimeSeconds = 60

/**
 * The people PDS says who confirmed, but is not taken at its word: the JWT must be signed by the key that the private
 * directory's operation log names for that DID, and the DID be hosted on a people PDS.
 * @returns a function that throws InvalidToken, UntrustedIssuer, StaleToken, ReplayedToken, DirectoryUnavailable
 */
export function createVerifyPerson({ audience, identities, jtis }: PersonVerification): VerifyPerson {
  const keyOf = async (issuer: string, fresh: boolean) => {
    const account = await identities.resolve(issuer, { fresh })
    return account?.role === 'people' ? account.signingKey : undefined
  }
  return async (jwt, { method, op }) => {
    const { iss } = await verifyServiceToken(jwt, { audience, method, op, maxLifetimeSeconds, keyOf, jtis })
    const account = await identities.resolve(iss)
    if (account?.handle === undefined) throw new AtollError('UntrustedIssuer', { issuer: iss })
    return { did: iss, handle: account.handle }
  }
}
