import type { RecordSchema } from '@atproto/lex-schema'
import { AtollError } from '#common/errors/index.ts'
import { packageKey, tagKey, versionKey } from '#common/names/index.ts'
import { fetchRecordProof, type ProofSources, proofFailed } from '#common/proof/index.ts'
import type { RecordValue } from '#common/records/index.ts'
import { packageUri } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../../context.ts'

/** The version a new one is compared with, as the organisation's repository proves it. */
export interface BaseVersion {
  kind: 'version'
  /** CID of its record. */
  cid: string
  record: app.npm.package.version.Main
  /** What the tag that is to be set names now; undefined when there is no such tag. */
  tagged: string | undefined
}

export type Base =
  | BaseVersion
  /** It is proven that the organisation has no such package. */
  | { kind: 'first' }
  /** The package is there, and no version of it is `latest`. */
  | { kind: 'untagged' }
  | { kind: 'unreachable' }
  /** Something answered, but not with what the organisation's key signed. */
  | { kind: 'unproven' }

export interface BaseRequest {
  org: string
  name: string
  /** The tag that is to be set. */
  tag: string
}

type Fetch = (schema: RecordSchema, rkey: string) => Promise<{ cid: string; record: RecordValue } | undefined>

// A person waits, and can do without.
const patienceMs = 5_000

/**
 * The version the organisation's `latest` names now. Everything is proven by the organisation's key, so the org PDS can keep
 * it back, but cannot make one up.
 * @returns never throws for what the org PDS or the directory does: the page works without a comparison
 */
export async function findBase(
  { proofs, log }: Pick<PeopleContext, 'proofs' | 'log'>,
  request: BaseRequest,
): Promise<Base> {
  try {
    return await readBase(request, fetcher(request.org, proofs))
  } catch (err) {
    if (!(err instanceof AtollError)) throw err
    log.warn({ err, ...request }, 'the last version cannot be compared with')
    return { kind: ['ProofFailed', 'IdentityInvalid'].includes(err.code) ? 'unproven' : 'unreachable' }
  }
}

function fetcher(did: string, { peers, ...proofs }: ProofSources): Fetch {
  const signal = AbortSignal.timeout(patienceMs)
  const org: ProofSources['peers']['org'] = { fetch: (nsid, params) => peers.org.fetch(nsid, params, { signal }) }
  const sources = { ...proofs, peers: { ...peers, org } }
  return ({ $type }, rkey) => fetchRecordProof({ did, role: 'org', collection: $type, rkey }, sources)
}

async function readBase(request: BaseRequest, fetch: Fetch): Promise<Base> {
  const { org, name, tag } = request
  const latest = await readTag(request, 'latest', fetch)
  if (latest === undefined) {
    const known = await fetch(app.npm.package.record.main, packageKey(name))
    return { kind: known === undefined ? 'first' : 'untagged' }
  }
  const tagged = tag === 'latest' ? latest : await readTag(request, tag, fetch)
  const found = await fetch(app.npm.package.version.main, versionKey(name, latest))
  if (found === undefined) throw proofFailed(`"latest" of ${name} names ${latest}, which is not there`)
  const { cid, record } = found
  const parsed = app.npm.package.version.main.safeParse(record)
  if (!parsed.success) throw proofFailed('the version record is not valid', parsed.reason)
  const { value } = parsed
  if (value.package !== packageUri(org, name) || value.name !== name || value.version !== latest) {
    throw proofFailed('the version record is about another version')
  }
  return { kind: 'version', cid, record: value, tagged }
}

/** @returns the version the tag names */
async function readTag({ org, name }: BaseRequest, tag: string, fetch: Fetch): Promise<string | undefined> {
  const found = await fetch(app.npm.package.tag.main, tagKey(name, tag))
  if (found === undefined) return undefined
  const parsed = app.npm.package.tag.main.safeParse(found.record)
  if (!parsed.success) throw proofFailed('the tag record is not valid', parsed.reason)
  if (parsed.value.package !== packageUri(org, name) || parsed.value.tag !== tag) {
    throw proofFailed('the tag record is about another tag')
  }
  return parsed.value.version
}
