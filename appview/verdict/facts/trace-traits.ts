import semver from 'semver'
import { type Capability, untoldScript } from './capabilities.ts'
import type { Trait } from './version-facts.ts'

export interface TracedVersion {
  version: string
  publishedAt: Date
  capabilities: readonly Capability[]
  /** Whether what it brings is fine, of this check. */
  releases(check: Trait['check']): boolean
}

type Carried = ReadonlyMap<string, Trait>

/**
 * Where each version has from what it has. A version follows the highest of the lower ones that were published before it; a
 * backport has nothing lower and follows whatever was there last. What the one before had, it did not bring, so a version that is held
 * for what it brought passes nothing on as if it were old: the next one has it from that one, with its time.
 */
export function traceTraits(versions: readonly TracedVersion[]): ReadonlyMap<string, readonly Trait[]> {
  const carried = new Map<string, Carried>()
  /** Whoever published any version once is known. */
  const publishers = new Map<string, Trait>()
  const before: OrderedVersion[] = []
  let last: string | undefined
  for (const one of inOrderOfPublishing(versions)) {
    const place = placeOf(before, one.parsed)
    const previous = carried.get(before[place - 1]?.version ?? last ?? '')
    carried.set(one.version, carry(one, previous, publishers))
    before.splice(place, 0, one)
    last = one.version
  }
  return new Map(Array.from(carried, ([version, traits]) => [version, [...traits.values()]]))
}

function carry(one: TracedVersion, previous: Carried | undefined, publishers: Map<string, Trait>): Carried {
  const traits = new Map<string, Trait>()
  for (const capability of one.capabilities) {
    const isPublisher = capability.check === 'new-publisher'
    const inherited = isPublisher ? publishers.get(capability.key) : inheritedFrom(previous, capability)
    const trait = inherited ?? broughtBy(one, capability, previous === undefined)
    if (isPublisher) publishers.set(capability.key, trait)
    traits.set(capability.key, trait)
  }
  return traits
}

function broughtBy(one: TracedVersion, { check, what }: Capability, first: boolean): Trait {
  return { check, what, by: one.version, at: one.publishedAt, first, released: one.releases(check) }
}

/** A script that is not told may be any: what is known of one side only is taken for the same. */
function inheritedFrom(previous: Carried | undefined, { key, check }: Capability): Trait | undefined {
  const same = previous?.get(key)
  if (same !== undefined || previous === undefined || check !== 'install-scripts') return same
  if (key !== untoldScript) return previous.get(untoldScript)
  return [...previous.values()].find((trait) => trait.check === check)
}

interface OrderedVersion extends TracedVersion {
  parsed: semver.SemVer
}

function inOrderOfPublishing(versions: readonly TracedVersion[]): OrderedVersion[] {
  return versions
    .map((one) => ({ ...one, parsed: new semver.SemVer(one.version) }))
    .toSorted((a, b) => a.publishedAt.getTime() - b.publishedAt.getTime() || a.parsed.compare(b.parsed))
}

/** @returns how many of these, in order, are lower */
function placeOf(sorted: readonly OrderedVersion[], wanted: semver.SemVer): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle]?.parsed.compare(wanted) ?? 1) < 0) low = middle + 1
    else high = middle
  }
  return low
}
