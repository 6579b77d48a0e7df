import semver from 'semver'
import { tagKey } from '#common/names/index.ts'
import { buildTagRecord } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import type { PdsHost } from '#pds/host/index.ts'
import type { FaceWrite } from '#pds/promote/index.ts'
import type { PublicFace } from './public-face.ts'

const pageSize = 100
const { tag: tagSchema } = app.npm.package

/** Tags that lead to public versions, and `latest`, which npm cannot do without. */
export async function tagsOf(
  host: Pick<PdsHost, 'listRecords'>,
  { org, name, versions, promotions }: PublicFace,
): Promise<FaceWrite[]> {
  const known = new Set(versions)
  const prefix = tagKey(name, '')
  const writes: FaceWrite[] = []
  for (let after = prefix; ; ) {
    const page = await host.listRecords(org, tagSchema.$nsid, { limit: pageSize, after })
    for (const { rkey, record, cid } of page) {
      if (!rkey.startsWith(prefix) || !known.has(String(record['version']))) continue
      writes.push({ collection: tagSchema.$nsid, rkey, record, cid })
    }
    const last = page.at(-1)
    if (page.length < pageSize || last === undefined || !last.rkey.startsWith(prefix)) break
    after = last.rkey
  }
  const latest = tagKey(name, 'latest')
  if (writes.some(({ rkey }) => rkey === latest)) return writes
  const newest = newestOf(versions)
  if (newest === undefined) return writes
  const createdAt = createdAtOf(promotions, name)
  const { collection, rkey, record, cid } = buildTagRecord({ org, name, tag: 'latest', version: newest, createdAt })
  return [...writes, { collection, rkey, record, cid }]
}

/** As npm chooses for a registry that says nothing: the highest that is no prerelease, else the highest. */
function newestOf(versions: readonly string[]): string | undefined {
  const sorted = semver.rsort([...versions])
  return sorted.find((version) => semver.prerelease(version) === null) ?? sorted[0]
}

function createdAtOf(promotions: PublicFace['promotions'], name: string): string {
  // Nobody outside sees by it that more is asked for.
  const begun = promotions.filter(({ request, reached }) => request.name === name && reached !== undefined)
  const times = begun.map(({ request }) => request.createdAt)
  return times.sort().at(-1) ?? new Date(0).toISOString()
}
