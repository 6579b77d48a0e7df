import { packageUri } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { defineCollection } from './collection.ts'
import { packageOfKey, tagOfKey } from './keys.ts'
import { putMetadata, removeMetadata } from './metadata-record.ts'

const { $nsid } = app.npm.package.tag

export const tags = defineCollection<app.npm.package.tag.Main>(app.npm.package.tag, {
  role: 'org',
  isConsistent: (value, { did, rkey }) =>
    tagOfKey(rkey) === value.tag && value.package === packageUri(did, packageOfKey(rkey) ?? ''),
  put: (context, place, { tag, version, retired = false, createdAt }) =>
    putMetadata(context, $nsid, place, { kind: 'tag', tag, version, retired, createdAt }),
  remove: (context, place) => removeMetadata(context, $nsid, place),
})
