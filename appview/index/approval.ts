import { parseRecordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { network } from '../schema/index.ts'
import { defineCollection } from './collection.ts'

/** Who approves which record of an organisation. Whether that counts, the ledger says. */
export const approvals = defineCollection<app.npm.org.approval.Main>(app.npm.org.approval, {
  role: 'people',
  isConsistent: ({ org, subject }, { rkey }) => subject.cid === rkey && parseRecordUri(subject.uri)?.did === org,

  async put({ tx, impact }, { did: author, cid }, { org, subject }) {
    const row = { cid, org, subject_uri: subject.uri }
    await tx
      .insertInto('approval')
      .values({ network, author, subject_cid: subject.cid, ...row })
      .onConflict((conflict) => conflict.columns(['network', 'author', 'subject_cid']).doUpdateSet(row))
      .execute()
    impact.touchRights(org)
  },

  // What took effect by it stays in effect: only another approved record changes rights.
  async remove({ tx }, { did: author, rkey }) {
    await tx
      .deleteFrom('approval')
      .where('network', '=', network)
      .where('author', '=', author)
      .where('subject_cid', '=', rkey)
      .execute()
  },
})
