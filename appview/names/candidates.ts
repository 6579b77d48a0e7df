import { sql } from '#common/db/index.ts'
import { isListed, parseClaimableName } from '#common/names/index.ts'
import { app } from '#lexicons'
import type { Scene } from '../ingest/apply/scene.ts'
import { network } from '../schema/index.ts'
import { isRightInEffect } from './in-effect.ts'
import type { NameCandidate } from './recognise.ts'

interface Row {
  key: string
  name: string
  org: string
  claimCid: string | null
  grantCid: string
  createdAt: string
  from: string | null
  transferCid: string | null
  approvals: number
}

/**
 * Grants and changes that give to these organisations, or take from them, that did not count yet, and whose other halves do: the claim that is named,
 * and the transfer of a change.
 */
export async function nameCandidates(
  { tx, registryDid, privateNames }: Pick<Scene, 'tx' | 'registryDid' | 'privateNames'>,
  orgs: readonly string[],
): Promise<NameCandidate[]> {
  const { rows } = await sql<Row>`
    SELECT d.*, ${approvalsOf(registryDid)} AS approvals FROM (
      SELECT ${sql.lit(app.npm.name.grant.$nsid)} AS collection, key, name, org, claim_cid AS "claimCid", cid AS "grantCid",
        created_at AS "createdAt", NULL AS "from", NULL AS "transferCid"
      FROM name_grant WHERE network = ${network} AND NOT withdrawn
      UNION ALL
      SELECT ${sql.lit(app.npm.name.change.$nsid)}, key, name, to_org, claim_cid, cid, created_at, from_org, transfer_cid
      FROM name_change WHERE network = ${network} AND NOT withdrawn
    ) d
    WHERE (d.org = ANY(${orgs}) OR d."from" = ANY(${orgs}))
      AND (d."claimCid" IS NULL OR ${isRightInEffect(app.npm.name.claim.$nsid, half('org', 'claimCid'))})
      AND (d."transferCid" IS NULL OR ${isRightInEffect(app.npm.name.transfer.$nsid, half('from', 'transferCid'))}
        AND ${handsOverTo}
      )
      AND NOT EXISTS (SELECT FROM ledger_name had
        WHERE (had.network, had.key, had.grant_cid) = (${network}, d.key, d."grantCid"))`.execute(tx)
  return rows.map(({ from, transferCid, approvals, ...row }) => ({
    ...row,
    approvals: Number(approvals),
    isListed: isListed(parseClaimableName(row.name), privateNames),
    transfer: from === null || transferCid === null ? null : { from, cid: transferCid },
  }))
}

/** A half of a decision: in whose repository, and which record. */
function half(org: 'org' | 'from', cid: 'claimCid' | 'transferCid') {
  return { org: sql.ref(`d.${org}`), key: sql.ref('d.key'), cid: sql.ref(`d.${cid}`) }
}

/** The transfer is to exactly the organisation that gets it. */
const handsOverTo = sql`EXISTS (SELECT FROM right_record t WHERE (t.network, t.org, t.collection, t.rkey) =
  (${network}, d."from", ${app.npm.name.transfer.$nsid}, d.key) AND t.value->>'to' = d.org)`

/** First managers of the registry's organisations, who have not left, and approved exactly this record. */
function approvalsOf(registryDid: string) {
  return sql`(SELECT count(DISTINCT a.author) FROM approval a
    JOIN repo author ON author.network = a.network AND author.did = a.author AND author.role = 'people' AND author.active
    WHERE a.network = ${network} AND a.subject_cid = d."grantCid"
      AND a.subject_uri = 'at://' || ${registryDid} || '/' || d.collection || '/' || d.key
      AND EXISTS (SELECT FROM registry_org o WHERE o.network = a.network AND a.author = ANY(o.managers)))`
}
