import type { ProofSources } from '#common/proof/index.ts'
import type { PublicRecord } from '#common/proof/public/index.ts'
import type { RecordValue } from '#common/records/index.ts'
import type { Anchors } from '../anchors.ts'
import type { Evidence } from '../evidence.ts'
import type { Locked } from '../lockfiles/locked.ts'
import type { Finding } from '../outcome.ts'
import type { OutsideSources } from '../public-sources.ts'
import type { RegistryClient } from '../registry-client.ts'

/** What every package of a run is verified with. */
export interface VerifySetting {
  client: RegistryClient
  anchors: Anchors
  sources: ProofSources
  /** The same of the public network, and of nothing inside. */
  outside: OutsideSources
  /** Proofs of rights that were asked for already. */
  evidence: Evidence
  /** Packuments that were asked for already, by name. */
  packuments: Map<string, Promise<unknown>>
}

/** An internal version, of which both halves are proven. */
export interface ProvenHalves {
  /** Of the version record. */
  uri: string
  cid: string
  /** DID. */
  attestedBy: string
  attestation: RecordValue
}

/** One package on its way through the steps. */
export interface VerifyContext extends VerifySetting {
  locked: Locked
  /** DID of the organisation whose package it is; undefined for what is not internal. */
  org?: string | undefined
  /** DID of the account of the public network whose package it is; undefined for everything else. */
  account?: string | undefined
  proven?: ProvenHalves | undefined
  /** The record of a public version. */
  inPublic?: PublicRecord | undefined
  /** Nothing proves that who attested it was entitled to, and the anchors let the registry be believed in that. */
  believed?: boolean | undefined
  /** SRI of what was published, once that is known. */
  published?: string | undefined
  /** What is not quite right. */
  warnings: Finding[]
}
