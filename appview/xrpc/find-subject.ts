import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import type { DueSubject } from '../due/index.ts'
import { resolveName } from '../resolve/resolve-name.ts'
import type { XrpcContext } from './context.ts'
import { checkReadable } from './read-set.ts'

/**
 * Which package somebody means by a name, of ours or of upstream.
 * @param asked.seesAll they keep the box, and see everything in it
 * @throws NotFound, also for what the viewer may not read; UpstreamUnavailable
 */
export async function findSubject(
  context: XrpcContext,
  { name: raw, viewer, seesAll }: { name: string; viewer: string; seesAll: boolean },
): Promise<DueSubject> {
  const asked = parsePackageName(raw)
  const row = await resolveName(context, asked)
  if (row.source === 'none') throw new AtollError('NotFound', { package: asked.name })
  if (row.source === 'private') {
    if (!seesAll) await checkReadable(context, row.org, viewer, asked.name)
    return { source: 'private', org: row.org, name: asked.name }
  }
  // Nobody may have asked for it before.
  return { source: 'upstream', ...(await context.upstream.knownAs(asked, row)) }
}
