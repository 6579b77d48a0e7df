import { app } from '#lexicons'
import { defineCollection } from './collection.ts'
import { isAboutItsKey, putMetadata, removeMetadata } from './metadata-record.ts'

const { $nsid } = app.npm.package.deprecation

export const deprecations = defineCollection<app.npm.package.deprecation.Main>(app.npm.package.deprecation, {
  role: 'org',
  isConsistent: isAboutItsKey,
  put: (context, place, { version, message, createdAt }) =>
    putMetadata(context, $nsid, place, { kind: 'deprecation', version, message, createdAt }),
  remove: (context, place) => removeMetadata(context, $nsid, place),
})
