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

export const idpSchema = z.object({
  /** Exactly the `iss` of its ID tokens. */
  issuer: url,
  clientId: z.string().min(1),
  /** How to ask for MFA, and what must come back for a token to count (DESIGN §2, step 3). Fails closed. */
  mfa: z.object({
    request: z.object({ acr_values: z.string() }).partial().default({}),
    claim: z.string().min(1),
    accept: z.array(z.string()).min(1),
  }),
  /** How old an authentication may be when the operation is executed, in seconds, beside the time the retry takes. */
  maxAgeSeconds: z.int().min(0).max(300).default(0),
})
export type IdpConfig = z.infer<typeof idpSchema>

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
