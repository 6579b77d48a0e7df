import { app } from '#lexicons'
import { defineCollection } from './collection.ts'
import { versionOfKey } from './keys.ts'
import { putMetadata, removeMetadata } from './metadata-record.ts'

const { $nsid } = app.npm.upstream.purge

/** Versions of upstream that an organisation has purged. */
export const upstreamPurges = defineCollection<app.npm.upstream.purge.Main>(app.npm.upstream.purge, {
  role: 'org',
  isConsistent({ package: name, version }, { rkey }) {
    const key = versionOfKey(rkey)
    return key?.name === name && key.version === version
  },
  put: (context, place, { version, reason, createdAt }) =>
    putMetadata(context, $nsid, place, { kind: 'upstreamPurge', version, reason, createdAt }),
  remove: (context, place) => removeMetadata(context, $nsid, place),
})
