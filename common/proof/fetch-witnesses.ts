import { readBounded } from '#common/bodies/index.ts'
import { systemClock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { decodeRecord, type RecordValue } from '#common/records/index.ts'
import { readRepo, SyncViolation } from '#common/sync/index.ts'
import { atproto } from '#lexicons'
import { hostedAccount, type ProofSources, proofFailed } from './fetch-record-proof.ts'

const maxRepoBytes = 512_000_000
const timeoutMs = 120_000

/**
 * Everything a person stands behind, proven at once: their whole repository, by their signature and every node of its tree.
 * For thousands of witnesses that costs less than one proof for each.
 * @param collections of attestations, approvals
 * @returns collection → rkey, which is the CID of what is stood behind → record
 * @throws ProofFailed with the reason; ComponentUnavailable, DirectoryUnavailable, IdentityInvalid
 */
export async function fetchWitnesses(
  did: string,
  collections: readonly string[],
  sources: ProofSources,
): Promise<Map<string, Map<string, RecordValue>>> {
  const response = await sources.peers.people.fetch(atproto.getRepo, { did }, { timeoutMs })
  const car = await readBounded(response.body, maxRepoBytes).catch((cause: unknown) => {
    throw new AtollError('ComponentUnavailable', { component: 'people PDS' }, cause)
  })
  const found = new Map(collections.map((collection) => [collection, new Map<string, RecordValue>()]))
  for (const { collection, rkey, record } of await readProven(car, did, sources)) {
    found.get(collection)?.set(rkey, decodeRecord(record))
  }
  return found
}

async function readProven(car: Uint8Array, did: string, { identities, clock = systemClock }: ProofSources) {
  const wanted = { did, role: 'people' } as const
  const read = async (fresh: boolean) => {
    const { signingKey } = hostedAccount(wanted, await identities.resolve(did, { fresh }))
    return readRepo(car, { did, signingKey, previous: undefined, now: clock.now() }).records
  }
  try {
    return await read(false).catch((error: unknown) => {
      // Keys rotate: what we remember may be older than the commit.
      if (error instanceof SyncViolation && error.reason === 'bad-signature') return read(true)
      throw error
    })
  } catch (cause) {
    if (cause instanceof AtollError) throw cause
    throw proofFailed(`the repository of ${did} does not verify`, cause)
  }
}
