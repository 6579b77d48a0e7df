import { z } from 'zod'
import type { Outbound } from '#common/outbound/index.ts'

/** What somebody says of an account, to be read as one. */
export interface AccountClaims {
  alsoKnownAs: readonly string[]
  pds: string | undefined
  signingKey: string | undefined
}

const limits = { maxBytes: 100_000, timeoutMs: 5_000 }

const documentSchema = z.object({
  id: z.string(),
  alsoKnownAs: z.array(z.string().max(2048)).max(100).default([]),
  verificationMethod: z
    .array(z.object({ id: z.string(), type: z.string(), publicKeyMultibase: z.string().max(256).optional() }))
    .max(100)
    .default([]),
  service: z
    .array(z.object({ id: z.string(), type: z.string(), serviceEndpoint: z.unknown() }))
    .max(100)
    .default([]),
})
type WebDocument = z.output<typeof documentSchema>

/** @returns undefined for what is no did:web of atproto, where hosts have no paths: https://atproto.com/specs/did */
export function webHostOf(did: string): string | undefined {
  return /^did:web:([a-z0-9-]+(?:\.[a-z0-9-]+)*(?:%3A\d{1,5})?)$/i.exec(did)?.[1]?.replace(/%3A/i, ':').toLowerCase()
}

/**
 * What the host of a did:web says of it. There is no log behind it: who has the host has the account.
 * @returns undefined also when the host does not answer. It may be gone for good, which must not hold up those who read
 *   of one account among many.
 */
export async function readWebDocument(did: string, outbound: Outbound): Promise<AccountClaims | undefined> {
  const url = `https://${webHostOf(did)}/.well-known/did.json`
  try {
    const answer = await outbound.fetch(url, { ...limits, maxRedirects: 0, discovered: true })
    const body = await answer.bytes()
    const document = documentSchema.parse(JSON.parse(body.toString('utf8')))
    return answer.status === 200 && document.id === did ? claimsOf(did, document) : undefined
  } catch {
    return undefined
  }
}

function claimsOf(did: string, { alsoKnownAs, verificationMethod, service }: WebDocument): AccountClaims {
  const named = <Entry extends { id: string }>(entries: Entry[], fragment: string) =>
    entries.find(({ id }) => id === fragment || id === `${did}${fragment}`)
  const key = named(verificationMethod, '#atproto')
  const pds = named(service, '#atproto_pds')
  return {
    alsoKnownAs,
    pds: typeof pds?.serviceEndpoint === 'string' ? pds.serviceEndpoint : undefined,
    signingKey: key?.type === 'Multikey' && key.publicKeyMultibase ? `did:key:${key.publicKeyMultibase}` : undefined,
  }
}
