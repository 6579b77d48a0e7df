import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import type { KnownFile } from '../../upstream/registry.ts'
import type { WantedFile } from '../../upstream/upstream-store.ts'
import { type FaceContext, findPublic } from '../context.ts'

interface Asked {
  name: string
  did?: string | undefined
}

export interface ShownVersion extends KnownFile {
  name: string
  /** Of the account that publishes it. */
  did: string
}

/** A version that is shown. @throws NotFound for any other, whether it is there or not */
export async function findVersion(
  context: FaceContext,
  { name: raw, did: pinned }: Asked,
  wanted: WantedFile,
): Promise<ShownVersion> {
  const asked = parsePackageName(raw)
  const where = await findPublic(context, asked, pinned)
  const { verdict, ...known } = await context.upstream.version(asked, wanted, where)
  if (verdict.kind === 'allow') return { ...known, name: asked.name, did: where.did }
  throw new AtollError('NotFound', { package: asked.name })
}
