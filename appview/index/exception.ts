import { app } from '#lexicons'
import { defineCollection } from './collection.ts'
import { packageOfKey } from './keys.ts'
import { putMetadata, removeMetadata } from './metadata-record.ts'

const { $nsid } = app.npm.policy.exception

/** Exceptions from the policy as an organisation's repository has them: of packages of its own, and of upstream. */
export const exceptions = defineCollection<app.npm.policy.exception.Main>(app.npm.policy.exception, {
  role: 'org',
  isConsistent: ({ package: name }, { rkey }) => packageOfKey(rkey) === name,
  put(context, place, { versions, checks, until, reason, requestedBy, decidedBy, withdrawn = false, createdAt }) {
    const value = { kind: 'exception', versions, checks, until, reason, requestedBy, decidedBy, withdrawn } as const
    return putMetadata(context, $nsid, place, { ...value, createdAt })
  },
  remove: (context, place) => removeMetadata(context, $nsid, place),
})
