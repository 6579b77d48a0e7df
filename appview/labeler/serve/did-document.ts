import type { NetworkConfig } from '#common/config/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { Labeler } from '../labeler.ts'

/** Who the labeler is, for those who resolve its did:web: with which key it signs, and where (https://atproto.com/specs/label). */
export function serveDidDocument(server: Server, labeler: Labeler, network: NetworkConfig): void {
  const { did, key } = labeler
  const document = {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [
      {
        id: `${did}#atproto_label`,
        type: 'Multikey',
        controller: did,
        publicKeyMultibase: key.publicKey.slice('did:key:'.length),
      },
    ],
    service: [{ id: '#atproto_labeler', type: 'AtprotoLabeler', serviceEndpoint: network.peers.appview.url }],
  }
  server.get('/.well-known/did.json', (_request, reply) => reply.send(document))
}
