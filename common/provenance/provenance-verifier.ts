import { AtollError } from '#common/errors/index.ts'
import { type BuildIdentity, readIdentity } from './build-identity.ts'
import { readClaims } from './certificate-claims.ts'
import { checkAgreement } from './check-agreement.ts'
import { type Artifact, checkSubject } from './check-subject.ts'
import type { ProvenanceConfig } from './config.ts'
import { maxBundleBytes, refuseProvenance } from './limits.ts'
import { publicGoodRoot } from './seeds.ts'
import type { SignatureCheck, SignedStatement } from './sigstore.ts'
import { parseStatement, readClaimedBuild } from './statement.ts'

export interface Provenance {
  build: BuildIdentity
  /** https://slsa.dev/provenance/… */
  predicateType: string
  /** When the build was given its certificate, RFC 3339. */
  certifiedAt: string
}

/** Verifies Sigstore bundles without a network, against the configured trust roots. The same bundle gives the same answer everywhere. */
export class ProvenanceVerifier {
  readonly #config: ProvenanceConfig
  #checks: Promise<readonly SignatureCheck[]> | undefined

  constructor(config: ProvenanceConfig) {
    this.#config = config
  }

  /**
   * What a bundle proves of a version: signed by a certificate that a trusted authority gave to a build, kept in its
   * transparency log, about this package, this version and these bytes, and in agreement with itself.
   * @throws InvalidProvenance (400) with the first reason why it does not
   */
  async verify(bundle: Uint8Array, artifact: Artifact): Promise<Provenance> {
    const { payload, extensions, certifiedAt } = await this.#verifySignature(parseJson(bundle))
    const statement = parseStatement(payload)
    checkSubject(statement, artifact)
    const build = readIdentity(readClaims(extensions))
    checkAgreement(readClaimedBuild(statement), build)
    return { build, predicateType: statement.predicateType, certifiedAt }
  }

  async #verifySignature(bundle: unknown): Promise<SignedStatement> {
    this.#checks ??= loadChecks(this.#config)
    let refusal = refuseProvenance('no Sigstore instance is trusted here')
    for (const check of await this.#checks) {
      try {
        return check(bundle)
      } catch (error) {
        refusal = error instanceof AtollError ? error : refuseProvenance(describe(error), error)
      }
    }
    throw refusal
  }
}

async function loadChecks({ publicGood, trustRoots }: ProvenanceConfig): Promise<readonly SignatureCheck[]> {
  const { signatureCheckFor } = await import('./sigstore.ts')
  return [...(publicGood ? [publicGoodRoot()] : []), ...trustRoots].map(signatureCheckFor)
}

function parseJson(bundle: Uint8Array): unknown {
  if (bundle.length > maxBundleBytes) throw refuseProvenance(`it is larger than ${maxBundleBytes} bytes`)
  try {
    return JSON.parse(Buffer.from(bundle).toString('utf8'))
  } catch (cause) {
    throw refuseProvenance('it is not JSON', cause)
  }
}

function describe(error: unknown): string {
  const { message, cause } = error as Error
  const because = cause instanceof Error ? `: ${cause.message}` : ''
  return `it does not verify against a trusted Sigstore root (${message}${because})`.slice(0, 500)
}
