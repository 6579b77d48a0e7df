import { type Network, network, type Tx } from '../schema/index.ts'
import type { RegistrySignature, RegistrySigner } from './registry-signer.ts'

interface SignedVersion {
  name: string
  version: string
  /** SRI, sha512-… */
  integrity: string
}

/**
 * Signatures of versions by the key of today, by version. Each is made once and kept: packages of a thousand versions are rendered
 * with every new one.
 */
export async function signVersions(
  tx: Tx,
  signer: RegistrySigner | undefined,
  versions: readonly SignedVersion[],
): Promise<ReadonlyMap<string, RegistrySignature>> {
  if (signer === undefined || versions.length === 0) return new Map()
  const { keyid } = signer
  const messages = new Map(versions.map((version) => [messageOf(version), version.version]))
  const known = await tx
    .selectFrom('registry_signature')
    .where('network', '=', network)
    .where('keyid', '=', keyid)
    .where('message', 'in', [...messages.keys()])
    .select(['message', 'signature'])
    .execute()
  const signatures = new Map(known.map(({ message, signature }) => [message, signature]))
  const made: { network: Network; keyid: string; message: string; signature: string }[] = []
  for (const message of messages.keys()) {
    if (signatures.has(message)) continue
    const signature = await signer.sign(message)
    signatures.set(message, signature)
    made.push({ network, keyid, message, signature })
  }
  if (made.length > 0) {
    await tx
      .insertInto('registry_signature')
      .values(made)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  return new Map([...messages].map(([message, version]) => [version, { keyid, sig: signatures.get(message) ?? '' }]))
}

/** What npm's clients put together from what they were told (pacote, lib/registry.js). */
function messageOf({ name, version, integrity }: SignedVersion): string {
  return `${name}@${version}:${integrity}`
}
