import semver from 'semver'
import type { Promotion } from '../promotion.ts'

type Version = Promotion['followed'][number]

/** What of a promotion is not at this registry yet, by what is written down; lowest first, so that tags end where they should. Pure. */
export function missingAt(registry: string, { request, followed, crossPublished }: Promotion): Version[] {
  const there = new Set(crossPublished?.registry === registry ? crossPublished.versions.map(({ cid }) => cid) : [])
  return [...request.versions, ...followed]
    .filter(({ cid }) => !there.has(cid))
    .sort((a, b) => semver.compare(a.version, b.version))
}
