import { type AtUri, parseRecordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { Impact } from '../ingest/apply/impact.ts'
import { rightCollections } from '../ledger/rights-history.ts'
import { network } from '../schema/index.ts'
import { defineCollection, type IndexContext } from './collection.ts'
import { packageOfKey } from './keys.ts'

/** Who approves which record of an organisation. Whether that counts, the ledger says. */
export const approvals = defineCollection<app.npm.org.approval.Main>(app.npm.org.approval, {
  role: 'people',
  isConsistent: ({ org, subject }, { rkey }) => subject.cid === rkey && parseRecordUri(subject.uri)?.did === org,

  async put(context, { did: author, cid }, { org, subject }) {
    const { rows, impact } = context
    const row = { cid, org, subject_uri: subject.uri }
    const key = { network, author, subject_cid: subject.cid } as const
    await rows.put('approval', ['network', 'author', 'subject_cid'], { ...key, ...row })
    touch(impact, org, parseRecordUri(subject.uri))
    await touchNamed(context, subject)
  },

  // What took effect by it stays in effect: only another approved record supersedes it.
  async remove({ tx }, { did: author, rkey }) {
    await tx
      .deleteFrom('approval')
      .where('network', '=', network)
      .where('author', '=', author)
      .where('subject_cid', '=', rkey)
      .execute()
  },
})

/** Grants and changes of the registry are about another organisation than the one whose records they are. */
async function touchNamed({ tx, impact }: IndexContext, subject: { uri: string; cid: string }): Promise<void> {
  const decisions: readonly string[] = [app.npm.name.grant.$nsid, app.npm.name.change.$nsid]
  if (!decisions.includes(parseRecordUri(subject.uri)?.collection ?? '')) return
  const rows = await tx
    .selectFrom('name_grant')
    .where('cid', '=', subject.cid)
    .select('org')
    .union(tx.selectFrom('name_change').where('cid', '=', subject.cid).select('to_org as org'))
    .execute()
  for (const { org } of rows) impact.touchRights(org)
}

/** What the approval may make count. */
function touch(impact: Impact, org: string, subject: AtUri | undefined): void {
  const isRight = subject === undefined || rightCollections.includes(subject.collection)
  const name = isRight ? undefined : packageOfKey(subject.rkey)
  if (name !== undefined) impact.touchPackage(org, name)
  else impact.touchRights(org)
}
