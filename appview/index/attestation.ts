import { versionKey } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { network } from '../schema/index.ts'
import { defineCollection } from './collection.ts'

/** Who says "I made this version". Whether that counts, the ledger says. */
export const attestations = defineCollection<app.npm.publish.attestation.Main>(app.npm.publish.attestation, {
  role: 'people',
  isConsistent: ({ org, subject, name, version }, { rkey }) =>
    subject.cid === rkey && subject.uri === recordUri(org, app.npm.package.version.$nsid, versionKey(name, version)),

  async put({ rows, impact }, { did: author, cid }, value) {
    const { org, subject, name, version, integrity, method, stagedBy = null, publisher = null } = value
    const said = { name, version, integrity, method, staged_by: stagedBy, publisher }
    const row = { cid, org, subject_uri: subject.uri, ...said }
    const key = { network, author, subject_cid: subject.cid } as const
    await rows.put('attestation', ['network', 'author', 'subject_cid'], { ...key, ...row })
    impact.touchPackage(org, name)
  },

  async remove({ tx, impact }, { did: author, rkey }) {
    const removed = await tx
      .deleteFrom('attestation')
      .where('network', '=', network)
      .where('author', '=', author)
      .where('subject_cid', '=', rkey)
      .returning(['org', 'name'])
      .executeTakeFirst()
    if (removed !== undefined) impact.touchPackage(removed.org, removed.name)
  },
})
