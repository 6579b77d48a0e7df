import type { RecordSchema } from '@atproto/lex-schema'
import { AtollError } from '#common/errors/index.ts'
import { tagKey } from '#common/names/index.ts'
import { fetchRecordProof, type ProofSources, proofFailed } from '#common/proof/index.ts'
import type { RecordValue } from '#common/records/index.ts'
import { packageUri } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../../context.ts'

/** Reads one record of an organisation with proof. @returns undefined when it is proven that there is none */
export type FetchRecord = (
  schema: RecordSchema,
  rkey: string,
) => Promise<{ cid: string; record: RecordValue } | undefined>

/** Why nothing can be compared with. */
export interface Unread {
  kind:
    | 'unreachable'
    /** Something answered, but not with what the organisation's key signed. */
    | 'unproven'
}

// A person waits, and can do without.
const patienceMs = 5_000

/**
 * Reads from an organisation's repository for the approval page. Everything is proven by the organisation's key, so the org
 * PDS can keep it back, but cannot make one up.
 * @returns never throws for what the org PDS or the directory does: the page works without a comparison
 */
export async function readOrgRecords<Found>(
  { proofs, log }: Pick<PeopleContext, 'proofs' | 'log'>,
  about: { org: string; name: string },
  read: (fetch: FetchRecord) => Promise<Found>,
): Promise<Found | Unread> {
  try {
    return await read(fetcher(about.org, proofs))
  } catch (err) {
    if (!(err instanceof AtollError)) throw err
    log.warn({ err, ...about }, 'what the organisation has now cannot be compared with')
    return { kind: ['ProofFailed', 'IdentityInvalid'].includes(err.code) ? 'unproven' : 'unreachable' }
  }
}

/** @returns the version the tag names; undefined when there is no such tag */
export async function readTag(
  { org, name, tag }: { org: string; name: string; tag: string },
  fetch: FetchRecord,
): Promise<string | undefined> {
  const found = await fetch(app.npm.package.tag.main, tagKey(name, tag))
  if (found === undefined) return undefined
  const parsed = app.npm.package.tag.main.safeParse(found.record)
  if (!parsed.success) throw proofFailed('the tag record is not valid', parsed.reason)
  const { value } = parsed
  if (value.package !== packageUri(org, name) || value.tag !== tag) {
    throw proofFailed('the tag record is about another tag')
  }
  return value.retired === true ? undefined : value.version
}

function fetcher(did: string, { peers, ...proofs }: ProofSources): FetchRecord {
  const signal = AbortSignal.timeout(patienceMs)
  const org: ProofSources['peers']['org'] = { fetch: (nsid, params) => peers.org.fetch(nsid, params, { signal }) }
  const sources = { ...proofs, peers: { ...peers, org } }
  return ({ $type }, rkey) => fetchRecordProof({ did, role: 'org', collection: $type, rkey }, sources)
}
