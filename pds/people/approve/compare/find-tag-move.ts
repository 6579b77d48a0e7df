import semver from 'semver'
import type { PutTagInput } from '#common/operations/index.ts'
import type { PeopleContext } from '../../context.ts'
import { readOrgRecords, readTag, type Unread } from './org-records.ts'

/** What setting a tag changes. */
export type TagMove =
  /** @property back `from` is the newer version */
  { kind: 'moves'; from: string; to: string; back: boolean } | { kind: 'new'; to: string } | Unread

/**
 * Where a tag is now, as the organisation's repository proves it, and where it would go.
 * @returns undefined when the tag is to be removed; never throws for what the org PDS does
 */
export async function findTagMove(
  context: Pick<PeopleContext, 'proofs' | 'log'>,
  org: string,
  { name, tag, version: to, retired }: PutTagInput,
): Promise<TagMove | undefined> {
  if (retired === true) return undefined
  return readOrgRecords(context, { org, name }, async (fetch): Promise<TagMove> => {
    const from = await readTag({ org, name, tag }, fetch)
    return from === undefined ? { kind: 'new', to } : { kind: 'moves', from, to, back: isNewer(from, to) }
  })
}

function isNewer(version: string, than: string): boolean {
  return semver.valid(version) !== null && semver.gt(version, than)
}
