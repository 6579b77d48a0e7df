import type { ProofSources } from '#common/proof/index.ts'
import type { Anchors } from '../anchors.ts'
import type { Locked } from '../lockfiles/locked.ts'
import type { Finding } from '../outcome.ts'
import type { RegistryClient } from '../registry-client.ts'

/** What every package of a run is verified with. */
export interface VerifySetting {
  client: RegistryClient
  anchors: Anchors
  sources: ProofSources
  /** Packuments that were asked for already, by name. */
  packuments: Map<string, Promise<unknown>>
}

/** One package on its way through the steps. */
export interface VerifyContext extends VerifySetting {
  locked: Locked
  /** DID of the organisation whose package it is; undefined for what is not internal. */
  org?: string | undefined
  /** SRI of what was published, once that is known. */
  published?: string | undefined
  /** What is not quite right. */
  warnings: Finding[]
}
