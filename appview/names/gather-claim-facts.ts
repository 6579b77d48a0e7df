import { sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { type ClaimableName, isListed, lookUpRow, parsePackageName } from '#common/names/index.ts'
import { findRepo } from '../ingest/repos.ts'
import { firstOwners } from '../ledger/names.ts'
import { firstOwnersOfScopes } from '../ledger/scopes.ts'
import { gatherNameFacts, type ResolveContext } from '../resolve/resolve-name.ts'
import type { Db } from '../schema/index.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { decisiveKeys } from './recognise.ts'
import type { ClaimFacts } from './refuse-claim.ts'

export interface ClaimContext extends ResolveContext {
  upstream: Pick<Upstream, 'packument'>
}

/**
 * @param org of an organisation of this network
 * @throws UpstreamUnavailable when nobody can say whether upstream has the name
 */
export async function gatherClaimFacts(
  context: ClaimContext,
  org: { did: string; handle: string },
  asked: ClaimableName,
): Promise<ClaimFacts> {
  const { db } = context
  const handles = await firstOwnersOfScopes(db, asked.scope === undefined ? [] : [asked.scope])
  return {
    org: org.did,
    handle: org.handle,
    handleOf: asked.scope === undefined ? undefined : handles.get(asked.scope),
    others: await othersWith(db, org.did, asked),
    upstream: await findUpstream(context, asked),
  }
}

async function othersWith(db: Db, org: string, asked: ClaimableName): Promise<ClaimFacts['others']> {
  const owners = await firstOwners(db, decisiveKeys(asked.name))
  const others = [...owners].filter(([, owner]) => owner !== org)
  return Promise.all(
    others.map(async ([key, owner]) => ({
      name: key === asked.key ? asked.name : `@${asked.scope}/*`,
      handle: (await findRepo(db, owner))?.handle ?? owner,
    })),
  )
}

/**
 * A package that upstream has under this name. What the configuration calls private is the owner's word against that,
 * and never asked for; of a scope only what was pulled through is known, since registries do not list scopes.
 */
async function findUpstream(context: ClaimContext, asked: ClaimableName): Promise<string | undefined> {
  const name = asked.whole ? `@${asked.scope}/` : asked.name
  if (isListed(asked, context.privateNames)) return undefined
  const known = await pulledThrough(context.db, asked.whole, name)
  if (known !== undefined || asked.whole) return known
  const wanted = parsePackageName(name)
  const row = lookUpRow(wanted, await gatherNameFacts(context, decisiveKeys(name)))
  if (row.source !== 'upstream') return undefined
  try {
    await context.upstream.packument(wanted, 'abbreviated')
    return name
  } catch (error) {
    if (error instanceof AtollError && error.code === 'NotFound') return undefined
    throw error
  }
}

async function pulledThrough(db: Db, whole: boolean, name: string): Promise<string | undefined> {
  const found = await db
    .selectFrom('upstream_packument')
    .where(whole ? sql<boolean>`starts_with(lower(name), ${name})` : sql<boolean>`lower(name) = ${name}`)
    .orderBy('name')
    .limit(1)
    .select('name')
    .executeTakeFirst()
  return found?.name
}
