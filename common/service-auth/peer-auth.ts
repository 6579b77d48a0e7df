import { P256Keypair } from '@atproto/crypto'
import { type ComponentConfig, type PeerName, type Peers, peerOf } from '#common/config/index.ts'
import type { JtiStore } from './jti-store.ts'
import { type ServiceClaims, signServiceToken } from './sign-service-token.ts'
import { verifyServiceToken } from './verify-service-token.ts'

/** A component's way to prove itself to the others, and to know who of them calls. */
export interface PeerAuth {
  readonly did: string
  /** A fresh token for one call. @param op hash of the operation the call is about, if any */
  tokenFor(peer: PeerName, method: string, op?: Uint8Array): Promise<string>
  /**
   * @param allowed the components that may call this method
   * @throws AuthRequired, InvalidToken, UntrustedIssuer, StaleToken, ReplayedToken
   */
  verify(token: string, method: string, allowed: readonly PeerName[]): Promise<ServiceClaims>
}

const maxLifetimeSeconds = 300

export async function createPeerAuth(
  { self, network }: Pick<ComponentConfig, 'self'> & { network: { peers: Peers } },
  jtis: JtiStore,
): Promise<PeerAuth> {
  const keypair = await P256Keypair.import(Buffer.from(self.privateKeyHex, 'hex'))
  return {
    did: self.did,
    tokenFor: (peer, method, op) =>
      signServiceToken(keypair, { issuer: self.did, audience: peerOf(network.peers, peer).did, method, op }),
    verify: (token, method, allowed) => {
      const keyOf = async (issuer: string) =>
        allowed.map((name) => network.peers[name]).find((peer) => peer?.did === issuer)?.key
      return verifyServiceToken(token, { audience: self.did, method, maxLifetimeSeconds, keyOf, jtis })
    },
  }
}
