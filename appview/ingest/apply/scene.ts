import type { Clock } from '#common/clock/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { Policy } from '#common/policy/index.ts'
import type { Tx } from '../../schema/index.ts'
import type { RegistrySigner } from '../../signatures/registry-signer.ts'
import type { Tallies } from '../../tallies.ts'
import type { Impact } from './impact.ts'

/** What stays the same for every change. */
export interface Setting {
  log: Logger
  tallies: Tallies
  clock: Clock
  /** What may be installed. */
  policy: Policy
  /** `names.private` of the configuration. */
  privateNames: readonly string[]
  registryDid: string
  /** Whether what an identity provider said about groups counts at this moment. */
  countsMembership(membership: { issuer: string; observedAt: string }): boolean
  /** Signs versions in the name of the registry, where it has a key. */
  signer: RegistrySigner | undefined
  /** Public URL of the gateway, where rendered packuments send clients for tarballs. */
  gatewayUrl: string
}

/** Everything the steps of one transaction share. */
export interface Scene extends Setting {
  tx: Tx
  /** Of repositories that were verified already. */
  changes: readonly RecordChange[]
  impact: Impact
}

/** One record of a repository, as it is now. */
export interface RecordChange {
  did: string
  collection: string
  rkey: string
  /** null when the record is gone. */
  cid: string | null
  /** DAG-CBOR; undefined when the record is gone. */
  record: Uint8Array | undefined
}
