// The one file that loads Sigstore's libraries (16 MB, 0.15 s, measured): it is imported when the first bundle comes.
import { X509Certificate } from 'node:crypto'
import { type Bundle, bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import type { CertificateExtension } from './certificate-claims.ts'
import { refuseProvenance } from './limits.ts'

export interface SignedStatement {
  payload: Uint8Array
  /** Of the certificate it was signed with. */
  extensions: readonly CertificateExtension[]
  /** From when that certificate is valid, which is for minutes: RFC 3339. */
  certifiedAt: string
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
    const certifiedAt = certificateOf(bundle).validFromDate.toISOString()
    return { payload: content.dsseEnvelope.payload, extensions: identity.oids ?? [], certifiedAt }
  }
}

/** The one it was signed with comes first (RFC 5280, as Sigstore's protobuf-specs ask of `X509CertificateChain`). */
function certificateOf({ verificationMaterial: { content } }: Bundle): X509Certificate {
  const [leaf] = content.$case === 'x509CertificateChain' ? content.x509CertificateChain.certificates : []
  const certificate = content.$case === 'certificate' ? content.certificate : leaf
  if (certificate === undefined) throw refuseProvenance('it is signed with a key, not with a certificate of a build')
  return new X509Certificate(certificate.rawBytes)
}
