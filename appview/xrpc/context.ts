import type { Clock } from '#common/clock/index.ts'
import type { NetworkConfig, PeerName } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Policy } from '#common/policy/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import type { peerAuthorizer, Server } from '#common/xrpc/index.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Mirror } from '../mirror/index.ts'
import type { Notices } from '../notices/index.ts'
import type { UpstreamAttestations } from '../provenance/upstream-attestations.ts'
import type { ResolveContext } from '../resolve/resolve-name.ts'
import type { Enforcers } from '../rights/enforcers.ts'
import type { RegistryKey } from '../signatures/registry-signer.ts'
import type { Updates } from '../updates/updates.ts'
import type { Upstream } from '../upstream/upstream.ts'

/** What the methods stand on. */
export interface XrpcContext extends ResolveContext {
  /** With which the registry signs, and did. */
  keys: readonly RegistryKey[]
  server: Server
  clock: Clock
  policy: Policy
  network: NetworkConfig
  auth: PeerAuth
  authorize: ReturnType<typeof peerAuthorizer>
  enforcers: Enforcers
  updates: Updates
  upstream: Upstream
  attestations: UpstreamAttestations
  ingest: Ingest
  /** Absent where no public network is followed. */
  mirror: Mirror | undefined
  notices: Notices
  /** Whether the public network says that a handle is this account's; false where none is mirrored. */
  provesHandle(handle: string, did: string): Promise<boolean>
}

/** Who answers to people. */
export const readers = ['gateway'] as const satisfies PeerName[]
/** Who decides about names: the registry's repository is on the people PDS. */
export const nameAsking = ['gateway', 'appliance', 'people'] as const satisfies PeerName[]
/** And who administers the box. */
export const administrators = ['gateway', 'appliance'] as const satisfies PeerName[]
/** And who keeps the queue of requests for exceptions, and makes public who attested. */
export const deciders = ['gateway', 'people'] as const satisfies PeerName[]
/** All of them: what policy says of a version is no secret to who may read it. */
export const everybody = ['gateway', 'people', 'appliance'] as const satisfies PeerName[]
/** Who keeps the box and its policy. */
export const policyKeepers = ['appliance'] as const satisfies PeerName[]

/** @throws NotFound where no public network is followed */
export function publicProofsOf({ mirror }: XrpcContext, did: string): Mirror['proofs'] {
  if (mirror === undefined) throw new AtollError('NotFound', { package: did })
  return mirror.proofs
}
