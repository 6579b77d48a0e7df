import { z } from 'zod'

const did = z.string().startsWith('did:')
const url = z.url()

/** A component as the others know it. Keys are pinned here, not fetched: nobody on the way can swap one. */
export const peerSchema = z.object({
  /** did:web of the component. */
  did,
  /** Where it listens for XRPC, on the inside. */
  url,
  /** Public key of its service-auth JWTs, as did:key. */
  key: z.string().startsWith('did:key:'),
})
export type Peer = z.infer<typeof peerSchema>

export const peerNames = ['gateway', 'appview', 'relay', 'org', 'people', 'directory', 'appliance'] as const
export type PeerName = (typeof peerNames)[number]

/** Components that know each other: all of a network, or some. */
export type Peers = Readonly<Partial<Record<PeerName, Peer>>>

/** @throws Error for one that is not configured: nobody calls it, or is called by it */
export function peerOf(peers: Peers, name: PeerName): Peer {
  const peer = peers[name]
  if (peer === undefined) throw new Error(`no ${name} is configured here`)
  return peer
}

const mfaRuleSchema = z
  .strictObject({
    request: z
      .strictObject({
        acr_values: z.string().min(1).describe('The `acr_values` parameter.'),
        // OpenID Connect Core 1.0, section 5.5.
        claims: z
          .strictObject({ id_token: z.record(z.string(), z.unknown()).describe('Claims asked for in the ID token.') })
          .describe('The `claims` parameter, for providers that read no `acr_values`.'),
      })
      .partial()
      .default({})
      .describe('How to ask for a second factor.'),
    claim: z.string().min(1).describe('The claim of the ID token that tells: `amr`, `acr`, `acrs`.'),
    accept: z
      .array(z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]))
      .min(1)
      .describe('One of these values is enough; a list in the list is enough when all of it is there.'),
  })
  .describe('How to ask for a second factor, and what must come back for a confirmation to count. Fails closed.')
export type MfaRule = z.infer<typeof mfaRuleSchema>

const mfaSchema = z
  .union([z.literal('passkey'), mfaRuleSchema])
  .describe(
    'Where the second factor comes from: a rule for what the ID token must say, or `passkey` for a provider that cannot prove one; then people register passkeys here, which sign what they approve.',
  )

const groupsSchema = z
  .strictObject({
    claim: z
      .string()
      .min(1)
      .max(256)
      .describe(
        'Of the ID token: a name, or a JSON pointer (RFC 6901) to a nested claim, such as `/realm_access/roles`.',
      ),
    scope: z.string().min(1).max(512).optional().describe('Scopes to ask for beside `openid profile email`.'),
    fallback: z
      .union([z.literal('userinfo'), z.url({ protocol: /^https?$/ })])
      .optional()
      .describe(
        'Who is asked, with the access token, when the ID token does not say: `userinfo`, or an address that answers as Microsoft Graph does, with pages of objects that have an `id`.',
      ),
    maxAgeHours: z
      .number()
      .positive()
      .max(8_760)
      .optional()
      .describe('How long after the provider said so a person is in a group; until it says otherwise when absent.'),
  })
  .describe('Where the provider says in which groups somebody is. What it does not say changes nothing.')
export type GroupsConfig = z.infer<typeof groupsSchema>

/** Seconds for which one second factor may count; the longest is what an ID token counts at all at the org PDS. */
export const maxAgeSchema = z.int().min(0).max(300)

export const idpSchema = z.object({
  issuer: url.describe('Exactly the `iss` of its ID tokens.'),
  name: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .optional()
    .describe("What people call it, on the page where they choose; the issuer's host when absent."),
  clientId: z.string().min(1).describe('Under which it knows this registry.'),
  mfa: mfaSchema,
  groups: groupsSchema.optional(),
  maxAgeSeconds: maxAgeSchema
    .default(0)
    .describe(
      'How old an authentication may be when an operation is approved: with 300, one covers what is approved within five minutes.',
    ),
})
export type IdpConfig = z.infer<typeof idpSchema>

/** What people call an identity provider. */
export function idpName({ name, issuer }: Pick<IdpConfig, 'name' | 'issuer'>): string {
  return name ?? new URL(issuer).host
}

/** What every component knows about the network it is part of. Holds no secret. */
export const networkSchema = z.object({
  /** Id of the marker service in private directory operations; longer than the 32 characters the public directory takes (DESIGN §3). */
  marker: z.string().min(33).max(128),
  registryDid: did,
  peers: z.record(z.enum(peerNames), peerSchema),
  /** Roles bind to hosts: the PDS endpoints, as DID documents name them, of either role. */
  hosts: z.object({ org: z.array(url).min(1), people: z.array(url).min(1) }),
  /** What browsers and package managers use. Two host names, so that cookies of one never reach the other. */
  publicUrls: z.object({ gateway: url, people: url }),
  idps: z.array(idpSchema).min(1),
  names: z.object({ private: z.array(z.string()).default([]) }).prefault({}),
})
export type NetworkConfig = z.infer<typeof networkSchema>
