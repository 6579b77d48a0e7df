import { tagKey } from '#common/names/index.ts'
import type { Finding } from '#common/promotion/index.ts'
import { app } from '#lexicons'
import type { FaceWrite } from '#pds/promote/index.ts'
import type { PromotionContext } from './context.ts'
import type { PublicFace } from './face/index.ts'
import { describeOpen } from './preflight.ts'

const { deprecation, record, retirement, tag } = app.npm.package

/**
 * Messages, tags and descriptions come after a package was approved to be public, and may name what nobody outside should hear of: they are
 * read again before they are sent.
 */
export async function leaveOutUnchecked(
  context: PromotionContext,
  face: PublicFace,
  writes: readonly FaceWrite[],
): Promise<{ checked: FaceWrite[]; problem: string | undefined }> {
  const checked: FaceWrite[] = []
  let problem: string | undefined
  for (const write of writes) {
    const open = await readWrite(context, face, write)
    if (open.length > 0) problem ??= `what is said of ${face.name} is not made public: ${describeOpen(open)}`
    else if (await isStill(context, face, write)) checked.push(write)
  }
  return { checked, problem }
}

/** @returns what is against it */
async function readWrite(
  { preflights }: PromotionContext,
  { org, name, by }: PublicFace,
  { collection, rkey, record: said }: FaceWrite,
): Promise<readonly Finding[]> {
  const { waivers, together = [] } = by.request
  const read = (file: string, message: unknown) =>
    typeof message === 'string' ? preflights.read({ org, name }, { file, message }, waivers) : []
  switch (collection) {
    case record.$nsid:
      return (await preflights.run({ org, name, versions: [], together }, waivers)).open
    case deprecation.$nsid:
      return read('(deprecation)', said['message'])
    case retirement.$nsid:
      return read('(retirement)', said['reason'])
    case tag.$nsid:
      return read('(tag)', rkey.slice(tagKey(name, '').length))
    default:
      return []
  }
}

/** A description that was changed while it was read waits for the next round. */
async function isStill({ host }: PromotionContext, { org }: PublicFace, write: FaceWrite): Promise<boolean> {
  if (write.collection !== record.$nsid) return true
  return (await host.findRecord(org, write.collection, write.rkey))?.cid === write.cid
}
