import { app } from '#lexicons'
import { type FaceWrite, pagesOf } from '#pds/promote/index.ts'
import type { PromotionContext } from './context.ts'
import { type PublicFace, recordsOfFace } from './face/index.ts'
import { leaveOutUnchecked } from './leave-out-unchecked.ts'
import { presentRecords } from './present-records.ts'
import { pushBlobs } from './push-blobs.ts'

/**
 * Makes the public repository say what it is to say of a package: what is there already is not sent again, and what no preflight has
 * read is not sent.
 * @returns why something was left out
 */
export async function pushFace(context: PromotionContext, face: PublicFace): Promise<string | undefined> {
  const { edge } = context
  const there = await presentRecords(edge, face.org)
  const isMissing = ({ collection, rkey, cid }: FaceWrite) => there.get(`${collection}/${rkey}`) !== cid
  const isMeant = ({ collection }: FaceWrite) =>
    face.only === undefined || collection === app.npm.package.retirement.$nsid
  const wanted = (await recordsOfFace(context, face)).filter((write) => isMeant(write) && isMissing(write))
  const { checked, problem } = await leaveOutUnchecked(context, face, wanted)
  await pushBlobs(context, face.org, checked)
  for (const page of pagesOf(checked)) await edge.putRecords(face.org, page)
  return problem
}
