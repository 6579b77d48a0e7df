import { parseDidKey } from '@atproto/crypto'
import { ensureValidHandle } from '@atproto/syntax'
import { createUpdateOp, type Operation } from '@did-plc/lib'
import { AtollError } from '#common/errors/index.ts'
import type { SealedIdentity } from './sealed-keys.ts'

/** What an account is on the public network. */
export interface PublicFace {
  handle: string
  /** did:key of its public repository's signing key. */
  signingKey: string
  /** did:keys, highest rank first: the offline recovery key of public faces, then the edge PDS's. */
  rotationKeys: readonly [recovery: string, edge: string]
  /** Of the edge PDS. */
  endpoint: string
}

/** What of the inside must not be in it. */
interface Inside {
  hosts: readonly string[]
  /** did:keys */
  keys: readonly string[]
}

/**
 * The two operations that begin an account's public log: the genesis, which is that of the private one, and its public identity. Its key signs
 * nothing else. Without the marker the private directory refuses the second one, and here it never has one, nor a service but the PDS.
 * @throws InvalidOperation
 */
export async function buildPublicFace(
  { genesis, keypair }: SealedIdentity,
  { handle, signingKey, rotationKeys, endpoint }: PublicFace,
  inside: Inside,
): Promise<[genesis: Operation, identity: Operation]> {
  checkHandle(handle)
  checkKeys([signingKey, ...rotationKeys], [keypair.did(), ...inside.keys])
  checkEndpoint(endpoint, inside.hosts)
  const identity = await createUpdateOp(genesis.op, keypair, () => ({
    type: 'plc_operation',
    rotationKeys: [...rotationKeys],
    verificationMethods: { atproto: signingKey },
    alsoKnownAs: [`at://${handle}`],
    services: { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint } },
  }))
  return [genesis.op, identity]
}

function checkHandle(handle: string): void {
  try {
    ensureValidHandle(handle)
  } catch {
    refuse(`"${handle}" is not a handle`)
  }
  if (handle !== handle.toLowerCase()) refuse('a handle is written in lower case')
}

/** One key in both faces would let whoever has it, inside or outside, speak for the other. */
function checkKeys(keys: readonly string[], insideKeys: readonly string[]): void {
  if (new Set(keys).size < keys.length) refuse('it names a key twice')
  for (const key of keys) {
    if (insideKeys.includes(key)) refuse('it names a key of the inside')
    try {
      parseDidKey(key)
    } catch {
      refuse(`"${key}" is no key`)
    }
  }
}

function checkEndpoint(endpoint: string, hosts: readonly string[]): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.origin !== endpoint) {
    refuse(`"${endpoint}" is not the address of a PDS`)
  }
  if (hosts.some((host) => new URL(host).origin === endpoint)) refuse('it names a host of the inside')
}

function refuse(reason: string): never {
  throw new AtollError('InvalidOperation', { reason })
}
