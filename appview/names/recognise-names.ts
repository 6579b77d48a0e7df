import { isHandleScope, parseClaimableName } from '#common/names/index.ts'
import type { Scene } from '../ingest/apply/scene.ts'
import { lastOwners, rememberOwner, rememberRefusal, usedTransfers } from '../ledger/names.ts'
import { firstOwnersOfScopes } from '../ledger/scopes.ts'
import { knownUpstream } from '../ledger/upstream-names.ts'
import { network, type Tx } from '../schema/index.ts'
import { nameCandidates } from './candidates.ts'
import { decisiveKeys, judgeNames, type KnownOwners, type NameCandidate } from './recognise.ts'

/**
 * Gives names to organisations once all halves are there: the claim, approved, and the registry's grant of exactly it; or beside
 * these the transfer of who had it, approved, and the registry's change that names both.
 */
export async function recogniseNames(scene: Scene): Promise<void> {
  const { tx, impact, log } = scene
  if (impact.rights.size === 0) return
  const candidates = await nameCandidates(scene, [...impact.rights])
  if (candidates.length === 0) return
  const { recognised, refused } = judgeNames(await knownAbout(tx, candidates), candidates)
  for (const candidate of recognised) {
    const { org, name, grantCid, transfer } = candidate
    await rememberOwner(tx, candidate)
    impact.touchRights(org)
    if (transfer !== null) impact.touchRights(transfer.from)
    log.info(
      { org, name, grantCid, from: transfer?.from },
      transfer === null ? 'a name was granted' : 'a name was changed',
    )
  }
  for (const { candidate, reason } of refused) {
    const { org, name, grantCid } = candidate
    if (!(await rememberRefusal(tx, candidate, reason))) continue
    log.error({ alarm: 'name-refused', org, name, grantCid, reason }, 'what the registry says of a name does not count')
  }
}

async function knownAbout(tx: Tx, candidates: readonly NameCandidate[]): Promise<KnownOwners> {
  const keys = candidates.map(({ key }) => key)
  const scopes = candidates.map(({ name }) => parseClaimableName(name).scope ?? '').filter(isHandleScope)
  const transfers = candidates.flatMap(({ transfer }) => (transfer === null ? [] : [transfer.cid]))
  return {
    granted: await lastOwners(
      tx,
      candidates.flatMap(({ name }) => decisiveKeys(name)),
    ),
    handles: await firstOwnersOfScopes(tx, scopes),
    upstream: await knownUpstream(tx, keys),
    usedTransfers: await usedTransfers(tx, transfers),
    changes: await changesOf(tx, keys),
  }
}

async function changesOf(tx: Tx, keys: readonly string[]): Promise<KnownOwners['changes']> {
  const rows = await tx
    .selectFrom('name_change')
    .where('network', '=', network)
    .where('key', 'in', keys)
    .select(['key', 'from_org as from', 'to_org as to'])
    .execute()
  return new Map(rows.map(({ key, from, to }) => [key, { from, to }]))
}
