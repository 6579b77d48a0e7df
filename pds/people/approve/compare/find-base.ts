import { packageKey, versionKey } from '#common/names/index.ts'
import { proofFailed } from '#common/proof/index.ts'
import { packageUri } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../../context.ts'
import { type FetchRecord, readOrgRecords, readTag, type Unread } from './org-records.ts'

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
  | Unread

export interface BaseRequest {
  org: string
  name: string
  /** The tag that is to be set. */
  tag: string
}

/** The version the organisation's `latest` names now. @returns never throws for what the org PDS does */
export async function findBase(context: Pick<PeopleContext, 'proofs' | 'log'>, request: BaseRequest): Promise<Base> {
  return readOrgRecords(context, request, (fetch) => readBase(request, fetch))
}

async function readBase(request: BaseRequest, fetch: FetchRecord): Promise<Base> {
  const { org, name, tag } = request
  const latest = await readTag({ ...request, tag: 'latest' }, fetch)
  if (latest === undefined) {
    const known = await fetch(app.npm.package.record.main, packageKey(name))
    return { kind: known === undefined ? 'first' : 'untagged' }
  }
  const tagged = tag === 'latest' ? latest : await readTag(request, fetch)
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
