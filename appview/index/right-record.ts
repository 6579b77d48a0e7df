import { network, type RightValue } from '../schema/index.ts'
import type { IndexContext, Place } from './collection.ts'

/** A team or permission as the organisation's repository has it: a candidate, until an approval makes it count. */
export async function putRight(
  { rows, impact }: IndexContext,
  collection: string,
  { did: org, rkey, cid }: Place & { cid: string },
  value: RightValue,
): Promise<void> {
  const row = { cid, value: JSON.stringify(value) }
  const key = { network, org, collection, rkey } as const
  await rows.put('right_record', ['network', 'org', 'collection', 'rkey'], { ...key, ...row })
  impact.touchRights(org)
}

/** Takes the candidate away, and nothing else: what is in effect is superseded by approved records only. */
export async function removeRight({ tx }: IndexContext, collection: string, { did: org, rkey }: Place): Promise<void> {
  await tx
    .deleteFrom('right_record')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('collection', '=', collection)
    .where('rkey', '=', rkey)
    .execute()
}
