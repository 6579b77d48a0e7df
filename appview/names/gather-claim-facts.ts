import type { ClaimableName } from '#common/names/index.ts'
import { findRepo } from '../ingest/repos.ts'
import { lastOwners } from '../ledger/names.ts'
import { effectiveRights } from '../ledger/rights-history.ts'
import { firstOwnersOfScopes } from '../ledger/scopes.ts'
import type { Db } from '../schema/index.ts'
import { decisiveKeys } from './recognise.ts'
import type { ClaimFacts } from './refuse-claim.ts'

/** @param org of an organisation of this network */
export async function gatherClaimFacts(
  db: Db,
  org: { did: string; handle: string },
  asked: ClaimableName,
): Promise<ClaimFacts> {
  const handles = await firstOwnersOfScopes(db, asked.scope === undefined ? [] : [asked.scope])
  return {
    org: org.did,
    handle: org.handle,
    handleOf: asked.scope === undefined ? undefined : handles.get(asked.scope),
    ...(await othersWith(db, org.did, asked)),
  }
}

async function othersWith(
  db: Db,
  org: string,
  asked: ClaimableName,
): Promise<Pick<ClaimFacts, 'others' | 'handedOverBy'>> {
  const owners = await lastOwners(db, decisiveKeys(asked.name))
  const others = [...owners].filter(([, owner]) => owner !== org)
  // The most exact one decides: who has the scope of a package that is another's has nothing to hand over.
  const holder = owners.get(asked.key) ?? others[0]?.[1]
  return {
    handedOverBy: holder !== undefined && (await handsOver(db, holder, org, asked)) ? holder : undefined,
    others: await Promise.all(
      others.map(async ([key, owner]) => ({
        name: key === asked.key ? asked.name : `@${asked.scope}/*`,
        org: owner,
        handle: (await findRepo(db, owner))?.handle ?? owner,
      })),
    ),
  }
}

async function handsOver(db: Db, from: string, to: string, { key }: ClaimableName): Promise<boolean> {
  const rights = await effectiveRights(db, from)
  return rights.some(
    ({ rkey, value }) => rkey === key && value.kind === 'transfer' && value.to === to && !value.retired,
  )
}
