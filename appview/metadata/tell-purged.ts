import type { EffectiveMetadata } from '../ledger/metadata-history.ts'
import { putNotice } from '../notices/index.ts'
import type { Tx } from '../schema/index.ts'

/** Who has to know of it is told of a purge, in the transaction that puts it into effect. */
export async function tellPurged(tx: Tx, metadata: EffectiveMetadata & { org: string }, at: Date): Promise<void> {
  const { org, name, cid, value, approvedBy } = metadata
  if (value.kind !== 'purge' && value.kind !== 'upstreamPurge') return
  const { version, reason } = value
  const source = value.kind === 'purge' ? 'private' : 'upstream'
  await putNotice(tx, {
    type: 'version.purged',
    key: [org, cid],
    data: { source, org, name, version, reason, approvedBy },
    at,
  })
}
