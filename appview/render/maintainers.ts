import { app } from '#lexicons'
import type { PackageId } from '../ingest/apply/impact.ts'
import { type Db, network, type Tx } from '../schema/index.ts'
import type { KnownVersion } from '../verdict/index.ts'

export interface Maintainer {
  did: string
  /** Their handle, if they have one. */
  name: string
}

/**
 * Whom `npm owner ls` names: people with a rule of their own that lets them publish exactly this package, and whoever published
 * a version, unless such a rule was withdrawn. Teams and patterns are rights, too, but name nobody.
 */
export async function maintainersOf(
  tx: Tx | Db,
  id: PackageId,
  allowed: readonly KnownVersion[],
): Promise<readonly Maintainer[]> {
  const owners = new Set(allowed.flatMap(({ facts }) => facts.judgement?.attestedBy ?? []))
  for (const [did, retired] of await ownRules(tx, id)) {
    if (retired) owners.delete(did)
    else owners.add(did)
  }
  if (owners.size === 0) return []
  const people = await tx
    .selectFrom('repo')
    .where('network', '=', network)
    .where('did', 'in', [...owners])
    .select(['did', 'handle'])
    .orderBy('handle')
    .orderBy('did')
    .execute()
  return people.map(({ did, handle }) => ({ did, name: handle ?? did }))
}

/** The rules in effect, withdrawn ones too, that are about one person's publishing of exactly this package. @returns DID → withdrawn */
async function ownRules(tx: Tx | Db, { org, name }: PackageId): Promise<Map<string, boolean>> {
  const rules = await tx
    .selectFrom('ledger_right')
    .distinctOn('rkey')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('collection', '=', app.npm.org.permission.$nsid)
    .orderBy('rkey')
    .orderBy('id', 'desc')
    .select('value')
    .execute()
  const own = new Map<string, boolean>()
  for (const { value } of rules) {
    if (value.kind !== 'permission' || value.effect !== 'allow') continue
    if (value.action !== 'publish' || value.packages !== name || !value.subject.startsWith('did:')) continue
    // Of two rules that say the same, one that stands is enough.
    own.set(value.subject, value.retired && (own.get(value.subject) ?? true))
  }
  return own
}
