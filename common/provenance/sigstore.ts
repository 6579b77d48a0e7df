// The one file that loads Sigstore's libraries (16 MB, 0.15 s, measured): it is imported when the first bundle comes.
import { createRequire } from 'node:module'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { z } from 'zod'
import type { CertificateExtension } from './certificate-claims.ts'
import { refuseProvenance } from './limits.ts'

export interface SignedStatement {
  payload: Uint8Array
  /** Of the certificate it was signed with. */
  extensions: readonly CertificateExtension[]
}

/** Sees to it that one Sigstore instance vouches for a bundle. It is built once: parsing a root costs more than a signature. */
export type SignatureCheck = (bundle: unknown) => SignedStatement

const payloadType = 'application/vnd.in-toto+json'

/** @param root text of a `trusted_root.json` @throws Error when it is not one */
export function signatureCheckFor(root: string): SignatureCheck {
  const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(root))))
  return (json) => {
    const bundle = bundleFromJSON(json)
    const { content } = bundle
    if (content.$case !== 'dsseEnvelope' || content.dsseEnvelope.payloadType !== payloadType) {
      throw refuseProvenance('it does not hold an in-toto statement')
    }
    const { identity } = verifier.verify(toSignedEntity(bundle))
    if (identity === undefined) throw refuseProvenance('it is signed with a key, not with a certificate of a build')
    return { payload: content.dsseEnvelope.payload, extensions: identity.oids ?? [] }
  }
}

const seedsSchema = z.record(z.string(), z.object({ targets: z.object({ 'trusted_root.json': z.string() }) }))

/** Sigstore's public-good root as `@sigstore/tuf` ships it: nothing is fetched, so it is as new as that package. */
export function publicGoodRoot(): string {
  const seeds = seedsSchema.parse(createRequire(import.meta.url)('@sigstore/tuf/seeds.json'))
  const target = seeds['https://tuf-repo-cdn.sigstore.dev']?.targets['trusted_root.json']
  if (target === undefined) throw new Error('@sigstore/tuf ships no trusted root of the public-good instance')
  return Buffer.from(target, 'base64').toString('utf8')
}
