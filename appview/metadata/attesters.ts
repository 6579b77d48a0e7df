import { network, type Tx } from '../schema/index.ts'
import type { Candidate } from './recognise.ts'

/** Whose attestation made the versions count that tags name. @returns by the tag's rkey */
export async function attesters(
  tx: Tx,
  org: string,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const { name, rkey, value } of candidates) {
    if (value.kind !== 'tag' || value.retired) continue
    const judgement = await tx
      .selectFrom('ledger_judgement')
      .where('network', '=', network)
      .where('org', '=', org)
      .where('name', '=', name)
      .where('version', '=', value.version)
      .select('attested_by')
      .executeTakeFirst()
    if (judgement !== undefined) found.set(rkey, judgement.attested_by)
  }
  return found
}
