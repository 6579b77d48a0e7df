import { type AtUri, parseRecordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { Impact } from '../ingest/apply/impact.ts'
import { rightCollections } from '../ledger/rights-history.ts'
import { network } from '../schema/index.ts'
import { defineCollection } from './collection.ts'
import { packageOfKey } from './keys.ts'

/** Who approves which record of an organisation. Whether that counts, the ledger says. */
export const approvals = defineCollection<app.npm.org.approval.Main>(app.npm.org.approval, {
  role: 'people',
  isConsistent: ({ org, subject }, { rkey }) => subject.cid === rkey && parseRecordUri(subject.uri)?.did === org,

  async put({ rows, impact }, { did: author, cid }, { org, subject }) {
    const row = { cid, org, subject_uri: subject.uri }
    const key = { network, author, subject_cid: subject.cid } as const
    await rows.put('approval', ['network', 'author', 'subject_cid'], { ...key, ...row })
    touch(impact, org, parseRecordUri(subject.uri))
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

/** What the approval may make count. */
function touch(impact: Impact, org: string, subject: AtUri | undefined): void {
  const isRight = subject === undefined || rightCollections.includes(subject.collection)
  const name = isRight ? undefined : packageOfKey(subject.rkey)
  if (name !== undefined) impact.touchPackage(org, name)
  else impact.touchRights(org)
}
