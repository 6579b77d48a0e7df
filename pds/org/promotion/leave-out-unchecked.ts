import { packageKey, parseVersionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import type { FaceWrite } from '#pds/promote/index.ts'
import type { PromotionContext } from './context.ts'
import type { PublicFace } from './face/index.ts'
import { describeOpen } from './preflight.ts'

const { deprecation, record, retirement } = app.npm.package
const messages: readonly string[] = [deprecation.$nsid, retirement.$nsid]

/**
 * Messages and descriptions change after a package was approved to be public, and may name what nobody outside should hear of: they are
 * read again before they are sent.
 */
export async function leaveOutUnchecked(
  context: PromotionContext,
  { org, name, by }: PublicFace,
  writes: readonly FaceWrite[],
): Promise<{ checked: FaceWrite[]; problem: string | undefined }> {
  const { waivers, together = [] } = by.request
  const said = writes.filter(({ collection }) => messages.includes(collection) || collection === record.$nsid)
  const refused = new Set<FaceWrite>()
  let problem: string | undefined
  for (const write of said) {
    const versions = write.rkey === packageKey(name) ? [] : [parseVersionKey(write.rkey).version]
    const { open } = await context.preflights.run({ org, name, versions, together }, waivers)
    // What was read is what is sent, or it waits for the next round.
    const now = await context.host.findRecord(org, write.collection, write.rkey)
    if (open.length === 0 && now?.cid === write.cid) continue
    refused.add(write)
    if (open.length > 0) problem ??= `what is said of ${name} is not made public: ${describeOpen(open)}`
  }
  return { checked: writes.filter((write) => !refused.has(write)), problem }
}
