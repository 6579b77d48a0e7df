import { AtollError } from '#common/errors/index.ts'
import type { NameRow, PackageName } from '#common/names/index.ts'
import { findRepo } from '../ingest/repos.ts'
import { isMirrored } from '../mirror/repos.ts'
import { resolveName } from '../resolve/resolve-name.ts'
import type { OutsideRow } from '../upstream/upstream.ts'
import type { XrpcContext } from './context.ts'

/**
 * Where the package of an account is, which a lockfile pins: inside, if the account is one of this network. The public face of one of
 * ours is never taken for it, nor looked at in its place.
 */
export async function whereIs({ db, isBackfilled }: XrpcContext, did: string): Promise<NameRow> {
  if ((await findRepo(db, did)) !== undefined) return { source: 'private', org: did }
  // It may be one of ours that is not read yet.
  if (!(await isBackfilled())) throw new AtollError('NotReady')
  return (await isMirrored(db, did)) ? { source: 'public', did } : { source: 'none' }
}

/**
 * Where a package from outside is, by its name, or by the account that a lockfile pins.
 * @throws NotFound for what is inside, or nowhere; NotReady
 */
export async function findOutside(
  context: XrpcContext,
  asked: PackageName,
  did: string | undefined,
): Promise<OutsideRow> {
  const row = did === undefined ? await resolveName(context, asked) : await whereIs(context, did)
  if (row.source === 'upstream' || row.source === 'public') return row
  throw new AtollError('NotFound', { package: asked.name })
}
