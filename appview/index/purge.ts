import { app } from '#lexicons'
import { defineCollection } from './collection.ts'
import { isAboutItsKey, putMetadata, removeMetadata } from './metadata-record.ts'

const { $nsid } = app.npm.package.purge

export const purges = defineCollection<app.npm.package.purge.Main>(app.npm.package.purge, {
  role: 'org',
  isConsistent: isAboutItsKey,
  put: (context, place, { version, reason, createdAt }) =>
    putMetadata(context, $nsid, place, { kind: 'purge', version, reason, createdAt }),
  remove: (context, place) => removeMetadata(context, $nsid, place),
})
