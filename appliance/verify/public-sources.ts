import { readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { handlesInLog, type PublicAccount, publicAccountFromLog } from '#common/identity/index.ts'
import { type PublicPlace, type PublicSources, proofFailed } from '#common/proof/public/index.ts'
import { app } from '#lexicons'
import type { Anchors } from './anchors.ts'
import type { RegistryClient } from './registry-client.ts'

const maxBytes = 4_000_000
const network = 'public'

/** An account of the public network, with every handle that its log ever named. */
export interface LoggedAccount extends PublicAccount {
  handles: readonly string[]
}

export interface OutsideSources extends PublicSources {
  account(did: string, options?: { fresh?: boolean }): Promise<LoggedAccount>
}

/**
 * Where proofs of the public network come from when there is only the gateway. Each question says that it is about that network, and a log
 * that carries our marker is none of it; so nothing from inside is ever taken for it.
 */
export function publicSources(
  client: Pick<RegistryClient, 'open'>,
  { marker }: Pick<Anchors, 'marker'>,
): OutsideSources {
  const accounts = new Map<string, Promise<LoggedAccount>>()
  const proofs = new Map<string, Promise<Uint8Array>>()
  return {
    account: (did, { fresh = false } = {}) => once(accounts, did, fresh, () => lookUp(client, did, marker)),
    fetchProof: (place, { fresh = false } = {}) =>
      once(proofs, JSON.stringify(place), fresh, () => fetchProof(client, place)),
  }
}

async function lookUp(client: Pick<RegistryClient, 'open'>, did: string, marker: string): Promise<LoggedAccount> {
  const response = await client.open(app.npm.gateway.getOperationLog.$nsid, { did, network })
  const log = parse(did, await readBounded(response.body, maxBytes))
  const account = await publicAccountFromLog(did, log, marker)
  if (account === undefined) throw proofFailed(`${did} is no account any more`)
  return { ...account, handles: handlesInLog(log) }
}

function parse(did: string, log: Buffer): unknown {
  try {
    return JSON.parse(log.toString('utf8'))
  } catch (cause) {
    throw new AtollError('IdentityInvalid', { did, reason: 'what is shown as its operation log is none' }, cause)
  }
}

async function fetchProof(client: Pick<RegistryClient, 'open'>, place: PublicPlace): Promise<Uint8Array> {
  const { did, collection, rkey } = place
  const response = await client.open(app.npm.gateway.getRecordProof.$nsid, { did, collection, rkey, network })
  return readBounded(response.body, maxBytes)
}

/** Each is asked for once in a run, which is as long as a lockfile; what failed is not remembered. */
function once<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  fresh: boolean,
  ask: () => Promise<Value>,
): Promise<Value> {
  const found = fresh ? undefined : known.get(key)
  if (found !== undefined) return found
  const asking = ask()
  known.set(key, asking)
  asking.catch(() => known.delete(key))
  return asking
}
