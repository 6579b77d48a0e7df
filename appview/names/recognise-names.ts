import { isHandleScope, parseClaimableName } from '#common/names/index.ts'
import { app } from '#lexicons'
import type { Scene } from '../ingest/apply/scene.ts'
import { firstOwners, rememberOwner } from '../ledger/names.ts'
import { firstOwnersOfScopes } from '../ledger/scopes.ts'
import { network, type Tx } from '../schema/index.ts'
import { decisiveKeys, type GrantCandidate, recogniseGrants } from './recognise.ts'

/** Gives names to organisations once both halves are there: the claim, approved, and the registry's grant of exactly it. */
export async function recogniseNames({ tx, impact, log }: Scene): Promise<void> {
  if (impact.rights.size === 0) return
  const candidates = await claimedGrants(tx, [...impact.rights])
  if (candidates.length === 0) return
  const scopes = candidates.map(({ name }) => parseClaimableName(name).scope ?? '').filter(isHandleScope)
  const known = {
    granted: await firstOwners(
      tx,
      candidates.flatMap(({ name }) => decisiveKeys(name)),
    ),
    handles: await firstOwnersOfScopes(tx, scopes),
  }
  const recognised = new Set(recogniseGrants(known, candidates))
  for (const candidate of candidates) {
    const { org, name, grantCid } = candidate
    if (recognised.has(candidate)) {
      await rememberOwner(tx, candidate)
      log.info({ org, name, grantCid }, 'a name was granted')
    } else {
      log.error({ alarm: 'name-of-another', org, name, grantCid }, 'a name of another organisation was granted')
    }
  }
}

/** Grants to these organisations whose claim is in effect, of names they did not get yet. */
async function claimedGrants(tx: Tx, orgs: readonly string[]): Promise<GrantCandidate[]> {
  return tx
    .selectFrom('name_grant as grant')
    .innerJoin('right_record as claim', (join) =>
      join
        .onRef('claim.network', '=', 'grant.network')
        .onRef('claim.org', '=', 'grant.org')
        .on('claim.collection', '=', app.npm.name.claim.$nsid)
        .onRef('claim.rkey', '=', 'grant.key')
        .onRef('claim.cid', '=', 'grant.claim_cid'),
    )
    .innerJoin('ledger_right as approved', (join) =>
      join
        .onRef('approved.network', '=', 'claim.network')
        .onRef('approved.org', '=', 'claim.org')
        .onRef('approved.collection', '=', 'claim.collection')
        .onRef('approved.rkey', '=', 'claim.rkey')
        .onRef('approved.cid', '=', 'claim.cid'),
    )
    .leftJoin('ledger_name as had', (join) =>
      join
        .onRef('had.network', '=', 'grant.network')
        .onRef('had.key', '=', 'grant.key')
        .onRef('had.org', '=', 'grant.org'),
    )
    .where('grant.network', '=', network)
    .where('grant.org', 'in', orgs)
    .where('had.key', 'is', null)
    .select([
      'grant.key',
      'grant.name',
      'grant.org',
      'grant.claim_cid as claimCid',
      'grant.cid as grantCid',
      'grant.created_at as createdAt',
    ])
    .execute()
}
