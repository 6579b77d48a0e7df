import { packageUri } from '#common/tarball/index.ts'
import { type MetadataValue, network } from '../schema/index.ts'
import type { IndexContext, Place } from './collection.ts'
import { packageOfKey, versionOfKey } from './keys.ts'

/**
 * What the organisation's repository says of a package: a candidate, until an approval makes it count.
 * @param name of the package, where the key has no more than that
 */
export async function putMetadata(
  { rows, impact }: IndexContext,
  collection: string,
  { did: org, rkey, cid }: Place & { cid: string },
  value: MetadataValue,
  name = packageOfKey(rkey) ?? '',
): Promise<void> {
  const row = { cid, value: JSON.stringify(value) }
  const key = { network, org, collection, rkey } as const
  await rows.put('metadata_record', ['network', 'org', 'collection', 'rkey'], { ...key, name, ...row })
  impact.touchPackage(org, name)
}

/** Whether a record about one version says the same as the place where it lies. */
export function isAboutItsKey(value: { package: string; version: string }, { did, rkey }: Place): boolean {
  const key = versionOfKey(rkey)
  return key !== undefined && key.version === value.version && value.package === packageUri(did, key.name)
}

/** Takes the candidate away, and nothing else: what is in effect is superseded by approved records only. */
export async function removeMetadata(
  { tx }: IndexContext,
  collection: string,
  { did: org, rkey }: Place,
): Promise<void> {
  await tx
    .deleteFrom('metadata_record')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('collection', '=', collection)
    .where('rkey', '=', rkey)
    .execute()
}
