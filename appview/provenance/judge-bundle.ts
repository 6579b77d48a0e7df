import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { type ProvenanceConfig, ProvenanceVerifier } from '#common/provenance/index.ts'
import type { ReadBundle } from './wanted-bundles.ts'

/** Holds bundles to the trust roots of this network. */
export class BundleJudge {
  /** What is judged by other roots has to be judged again. */
  readonly roots: string
  readonly #verifier: ProvenanceVerifier

  constructor(config: ProvenanceConfig) {
    this.roots = sha256(JSON.stringify(config)).toString('hex')
    this.#verifier = new ProvenanceVerifier(config)
  }

  /** @returns what it proves, or why it proves nothing */
  async judge(bundle: Uint8Array, artifact: Parameters<ProvenanceVerifier['verify']>[1]): Promise<ReadBundle> {
    const judged = { roots: this.roots, bundle }
    try {
      return { ...judged, verified: await this.#verifier.verify(bundle, artifact), refusal: undefined }
    } catch (error) {
      if (!(error instanceof AtollError) || error.code !== 'InvalidProvenance') throw error
      return { ...judged, verified: undefined, refusal: String(error.details['reason']) }
    }
  }
}
