import ssri from 'ssri'
import type { Manifest } from '../render/manifest-fields.ts'
import type { TrimmedPackument } from './trim-packument.ts'

/** What was kept before. */
export type KeptPackument = Pick<TrimmedPackument, 'full'>

export interface MergedPackument extends TrimmedPackument {
  /** Versions that were there and are no longer. */
  removed: string[]
  /** Versions whose bytes upstream now says are others. */
  changed: string[]
}

/** Bounds what a registry that adds and removes for ever can make us keep. */
const maxRemoved = 5_000

/**
 * What upstream says now, laid over what it said before: a version that was once served stays as it was. One that is
 * gone, or of which upstream now names other bytes, is marked so that people see it: package managers print `deprecated`,
 * and prefer versions without it when a range leaves the choice (npm-pick-manifest). Lockfiles go on working.
 * @param now the day in the marks
 */
export function mergePackument(kept: KeptPackument | undefined, next: TrimmedPackument, now: Date): MergedPackument {
  if (kept === undefined) return { ...next, removed: [], changed: [] }
  const before = kept.full.versions
  const gone = Object.keys(before)
    .filter((version) => !Object.hasOwn(next.full.versions, version))
    .slice(0, maxRemoved)
  const others = Object.keys(before).filter((version) => isOther(before[version], next.full.versions[version]))
  const marks = new Map<string, Mark>([
    ...gone.map((version): [string, Mark] => [version, 'removedUpstream']),
    ...others.map((version): [string, Mark] => [version, 'changedUpstream']),
  ])
  const time = { ...pickTimes(kept.full.time, gone), ...next.full.time }
  return {
    full: { ...layOver(kept.full, next.full, { marks, now }), time },
    files: next.files.filter(({ version }) => !marks.has(version)),
    removed: gone.filter((version) => markOf(before[version], 'removedUpstream') === undefined),
    changed: others.filter((version) => markOf(before[version], 'changedUpstream') === undefined),
  }
}

/** Upstream has no such package any more: every version is kept, and marked. */
export function markAllRemoved(kept: KeptPackument, now: Date): MergedPackument {
  return mergePackument(kept, { full: { ...kept.full, versions: {} }, files: [] }, now)
}

type Mark = 'removedUpstream' | 'changedUpstream'

function layOver(
  kept: KeptPackument['full'],
  next: KeptPackument['full'],
  { marks, now }: { marks: ReadonlyMap<string, Mark>; now: Date },
): KeptPackument['full'] {
  const marked = Array.from(marks, ([version, mark]) => [version, withMark(kept.versions[version] ?? {}, mark, now)])
  return { ...next, versions: { ...next.versions, ...Object.fromEntries(marked) } }
}

function withMark(manifest: Manifest, mark: Mark, now: Date): Manifest {
  if (markOf(manifest, mark) !== undefined) return manifest
  const earlier = manifest['_atoll'] as Manifest | undefined
  const original = earlier === undefined ? manifest['deprecated'] : earlier['deprecated']
  const day = now.toISOString().slice(0, 10)
  const sentence =
    mark === 'removedUpstream'
      ? `Removed upstream on ${day}; this registry kept it.`
      : `Changed upstream on ${day}; this registry serves what was there before.`
  return {
    ...manifest,
    deprecated: typeof original === 'string' ? `${sentence} Before that: ${original}` : sentence,
    _atoll: { [mark]: now.toISOString(), ...(original === undefined ? {} : { deprecated: original }) },
  }
}

function markOf(manifest: Manifest | undefined, mark: Mark): unknown {
  return (manifest?.['_atoll'] as Manifest | undefined)?.[mark]
}

/** A version that cannot be compared, because it is now described by another digest alone, stays what it was, too. */
function isOther(before: Manifest | undefined, after: Manifest | undefined): boolean {
  if (before === undefined || after === undefined) return false
  const [old, current] = [before['dist'] as Manifest, after['dist'] as Manifest]
  const answers = [sameShasum(old, current), sameIntegrity(old, current)]
  return answers.includes(false) || !answers.includes(true)
}

function sameShasum({ shasum: old }: Manifest, { shasum: current }: Manifest): boolean | undefined {
  return old === undefined || current === undefined ? undefined : old === current
}

/** @returns undefined when they name no algorithm in common */
function sameIntegrity({ integrity: old }: Manifest, { integrity: current }: Manifest): boolean | undefined {
  const [known, told] = [ssri.parse(String(old)), ssri.parse(String(current))]
  const common = algorithms.filter((name) => known?.[name] !== undefined && told?.[name] !== undefined)
  return common.length === 0 ? undefined : known?.match(String(current)) !== false
}

const algorithms = ['sha512', 'sha384', 'sha256', 'sha1'] as const

function pickTimes(time: Manifest, versions: readonly string[]): Manifest {
  return Object.fromEntries(versions.filter((version) => version in time).map((version) => [version, time[version]]))
}
