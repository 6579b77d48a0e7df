import { packageKey, versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import type { FaceWrite } from '#pds/promote/index.ts'
import type { PromotionContext } from '../context.ts'
import type { PublicFace } from './public-face.ts'
import { publishersOf } from './publishers-of.ts'
import { tagsOf } from './tags-of.ts'

export type { PublicFace } from './public-face.ts'

const { deprecation, record, retirement, version } = app.npm.package

// Copied as they are, so that their CIDs are the same on both faces (DESIGN §6).
const perVersion = [version.$nsid, deprecation.$nsid, retirement.$nsid]

/** Everything the public repository says of a package, and of who may attest for its organisation. */
export async function recordsOfFace(context: PromotionContext, face: PublicFace): Promise<FaceWrite[]> {
  const { host } = context
  const { org, name, versions } = face
  const copied: FaceWrite[] = []
  const copy = async (collection: string, rkey: string) => {
    const found = await host.findRecord(org, collection, rkey)
    if (found !== undefined) copied.push({ collection, rkey, record: found.record, cid: found.cid })
  }
  await copy(record.$nsid, packageKey(name))
  for (const collection of perVersion) {
    for (const each of versions) await copy(collection, versionKey(name, each))
  }
  // Who may attest stands there first: a version that comes before it would be a single party's.
  return [publishersOf(face.promotions), ...copied, ...(await tagsOf(host, face))]
}
