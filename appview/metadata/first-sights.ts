import { network, type Tx } from '../schema/index.ts'
import type { Candidate } from './recognise.ts'

/** When we first saw the versions that are to be withdrawn. @returns by rkey */
export async function firstSights(
  tx: Tx,
  org: string,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<string, Date>> {
  const seen = new Map<string, Date>()
  for (const { name, rkey, value } of candidates) {
    if (value.kind !== 'retirement') continue
    const found = await tx
      .selectFrom('ledger_version')
      .where('network', '=', network)
      .where('org', '=', org)
      .where('name', '=', name)
      .where('version', '=', value.version)
      .select('first_seen_at')
      .executeTakeFirst()
    if (found !== undefined) seen.set(rkey, found.first_seen_at)
  }
  return seen
}
