import { flawOf, packageOf } from '#common/advisories/index.ts'
import { app } from '#lexicons'
import { defineCollection } from './collection.ts'
import { putMetadata, removeMetadata } from './metadata-record.ts'

const { $nsid } = app.npm.security.advisory

/** Advisories as an organisation's repository has them: about packages of its own, and of upstream. */
export const advisories = defineCollection<app.npm.security.advisory.Main>(app.npm.security.advisory, {
  role: 'org',
  // What is read again and again must not stumble over it: the org PDS, too, holds it to `flawOf`.
  isConsistent: (record, { rkey }) =>
    record.id === rkey && flawOf(record) === undefined && packageOf(record) === record.package,
  put: (context, place, record) =>
    putMetadata(context, $nsid, place, { kind: 'advisory', record, createdAt: record.createdAt }, record.package),
  remove: (context, place) => removeMetadata(context, $nsid, place),
})
