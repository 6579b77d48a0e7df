import type { Attested } from '#common/authz/index.ts'
import {
  type ClaimedRight,
  type EntitlementHint,
  maxMemberships,
  maxRights,
  readRight,
  weighEvidence,
} from '#common/proof/entitlement/index.ts'
import { type Db, network } from '../schema/index.ts'
import { type Chain, findChain } from './find-chain.ts'
import { recordOf } from './record-of.ts'
import type { DatedLedger, RightsLedgers } from './rights-ledgers.ts'

/** Why nothing is shown, in words for whoever verifies. */
export interface Unshown {
  unshown: string
}

/**
 * By which rights the attestation of a version counted, as far as repositories still prove it. What would not convince somebody who
 * believes nothing is not shown: it is weighed here as it is there.
 */
export async function tellEntitlement(
  { db, ledgers }: { db: Db; ledgers: Pick<RightsLedgers, 'of'> },
  org: string,
  name: string,
  version: string,
): Promise<EntitlementHint | Unshown> {
  const judged = await findJudged(db, org, name, version)
  if (judged === undefined) return { unshown: 'nobody who was entitled to attests it' }
  const { judgedAt, ...said } = judged
  const attested = { name, ...said }
  const ledger = await ledgers.of(org)
  // By what was in effect then; or, where an index was made without its ledger, what is now.
  for (const at of [ledger.countAt(judgedAt), ledger.rights.length]) {
    const hint = await hintOf(findChain(attested, ledger, at), attested, ledger, org)
    if (hint !== undefined) return hint
  }
  return {
    unshown: 'the repositories do not show any more by which right it was: a group, or a manager, is not what it was',
  }
}

async function hintOf(
  chain: Chain | undefined,
  attested: Attested,
  { managers, groups }: DatedLedger,
  org: string,
): Promise<EntitlementHint | undefined> {
  if (chain === undefined || chain.rights.length > maxRights || chain.memberships.length > maxMemberships)
    return undefined
  const rights: ClaimedRight[] = []
  for (const right of chain.rights) {
    const record = recordOf(right)
    if (record === undefined) return undefined
    rights.push({ uri: right.uri, cid: right.cid, record, approvedBy: right.approvedBy })
  }
  const members = new Map(chain.memberships.map((did) => [did, groups.get(did) ?? []]))
  const shown = rights.map((right) => readRight(right, org))
  if ((await weighEvidence(attested, { managers, rights: shown, groups: members })) !== undefined) return undefined
  return { rights, memberships: chain.memberships }
}

async function findJudged(db: Db, org: string, name: string, version: string) {
  return db
    .selectFrom('ledger_judgement as j')
    .innerJoin('attestation as a', (join) =>
      join
        .onRef('a.network', '=', 'j.network')
        .onRef('a.author', '=', 'j.attested_by')
        .onRef('a.subject_cid', '=', 'j.version_cid'),
    )
    .where('j.network', '=', network)
    .where('j.org', '=', org)
    .where('j.name', '=', name)
    .where('j.version', '=', version)
    .select(['j.judged_at as judgedAt', 'a.author', 'a.method', 'a.staged_by as stagedBy', 'a.publisher'])
    .executeTakeFirst()
}
