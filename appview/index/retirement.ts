import { app } from '#lexicons'
import { defineCollection } from './collection.ts'
import { isAboutItsKey, putMetadata, removeMetadata } from './metadata-record.ts'

const { $nsid } = app.npm.package.retirement

export const retirements = defineCollection<app.npm.package.retirement.Main>(app.npm.package.retirement, {
  role: 'org',
  isConsistent: isAboutItsKey,
  put: (context, place, { version, reason, createdAt }) =>
    putMetadata(context, $nsid, place, { kind: 'retirement', version, reason, createdAt }),
  remove: (context, place) => removeMetadata(context, $nsid, place),
})
