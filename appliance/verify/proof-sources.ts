import { readBounded } from '#common/bodies/index.ts'
import { type Account, accountFromLog, type Identities } from '#common/identity/index.ts'
import type { ProofSources } from '#common/proof/index.ts'
import { app } from '#lexicons'
import type { Anchors } from './anchors.ts'
import type { RegistryClient } from './registry-client.ts'

const maxLogBytes = 4_000_000

/** Where proofs come from when there is only the gateway: it passes them on, and they prove themselves. */
export function proofSources(client: RegistryClient, anchors: Anchors): ProofSources {
  const host = {
    // Both hosts are behind the same door; which one is asked follows from whose record it is.
    fetch: (_nsid: string, params: Record<string, string>) => client.open(app.npm.gateway.getRecordProof.$nsid, params),
  }
  return { identities: anchoredIdentities(client, anchors), peers: { org: host, people: host } }
}

/** Accounts, from operation logs that are verified from their first operation on, whoever passed them on. */
function anchoredIdentities(client: RegistryClient, anchors: Anchors): Identities {
  const known = new Map<string, Promise<Account | undefined>>()
  const lookUp = async (did: string) => {
    const response = await client.open(app.npm.gateway.getOperationLog.$nsid, { did })
    const log: unknown = JSON.parse((await readBounded(response.body, maxLogBytes)).toString('utf8'))
    return accountFromLog(did, log, anchors)
  }
  return {
    resolve(did, { fresh = false } = {}) {
      const found = fresh ? undefined : known.get(did)
      if (found !== undefined) return found
      const looking = lookUp(did)
      known.set(did, looking)
      return looking
    },
    forget: (did) => void known.delete(did),
  }
}
