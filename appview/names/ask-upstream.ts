import { sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { type ClaimableName, isHandleScope, isListed, parsePackageName } from '#common/names/index.ts'
import type { Ingest } from '../ingest/ingest.ts'
import { rememberUpstream } from '../ledger/upstream-names.ts'
import type { ResolveContext } from '../resolve/resolve-name.ts'
import type { Db } from '../schema/index.ts'
import type { Upstream } from '../upstream/upstream.ts'

export interface AskContext extends Pick<ResolveContext, 'db' | 'privateNames'> {
  upstream: Pick<Upstream, 'packument'>
  ingest: Pick<Ingest, 'reconsider'>
}

/**
 * Asks upstream for a name that somebody would like to have, and remembers the answer: it decides how many administrators that
 * takes. What the configuration calls private is the owner's word against that, and never asked for.
 * @param org DID of who would like to have it
 * @returns a package that upstream has under this name
 * @throws UpstreamUnavailable when nobody can say
 */
export async function askUpstream(context: AskContext, org: string, asked: ClaimableName): Promise<string | undefined> {
  if (isListed(asked, context.privateNames) || isHandleScope(asked.scope ?? '')) return undefined
  const found = asked.whole
    ? // Registries do not list scopes: what was pulled through is known, and no more.
      await pulledThrough(context.db, `@${asked.scope}/`)
    : await packageAt(context, asked.name)
  if (await rememberUpstream(context.db, asked.key, found !== undefined)) await context.ingest.reconsider(org)
  return found
}

async function packageAt({ upstream }: Pick<AskContext, 'upstream'>, name: string): Promise<string | undefined> {
  try {
    await upstream.packument(parsePackageName(name), 'abbreviated', { source: 'upstream' })
    return name
  } catch (error) {
    if (!(error instanceof AtollError)) throw error
    if (error.code === 'NotFound') return undefined
    // It is there, and policy lets nothing of it be installed.
    if (error.code === 'VersionHeld' || error.code === 'VersionBlocked') return name
    throw error
  }
}

async function pulledThrough(db: Db, scope: string): Promise<string | undefined> {
  const found = await db
    .selectFrom('upstream_packument')
    .where(sql<boolean>`starts_with(lower(name), ${scope})`)
    .orderBy('name')
    .limit(1)
    .select('name')
    .executeTakeFirst()
  return found?.name
}
