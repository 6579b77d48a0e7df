import { Secp256k1Keypair } from '@atproto/crypto'
import { verifySignature } from '#common/crypto/index.ts'
import { type Label, signedBytes, type UnsignedLabel } from './label.ts'

/** The key a labeler signs with: `#atproto_label` in its DID document. */
export class LabelKey {
  /** did:key. */
  readonly publicKey: string
  readonly #keypair: Secp256k1Keypair

  private constructor(keypair: Secp256k1Keypair) {
    this.#keypair = keypair
    this.publicKey = keypair.did()
  }

  /** @param privateKeyHex secp256k1, 32 bytes */
  static async import(privateKeyHex: string): Promise<LabelKey> {
    return new LabelKey(await Secp256k1Keypair.import(Buffer.from(privateKeyHex, 'hex')))
  }

  async sign(label: UnsignedLabel): Promise<Label> {
    return { ...label, sig: await this.#keypair.sign(signedBytes(label)) }
  }
}

/** Whether this key signed exactly this label; 64 bytes and low-S (https://atproto.com/specs/cryptography). @param key did:key */
export function isSignedBy({ sig, ...label }: Label, key: string): boolean {
  return verifySignature(key, signedBytes(label), sig)
}
