import { durationMs, type Policy } from '#common/policy/index.ts'
import type { Trait, VersionFacts } from './facts/version-facts.ts'
import type { Finding } from './verdict.ts'

export interface NewTrait extends Trait {
  /** When it is new no longer; undefined when only an exception ends that. */
  until: number | undefined
}

/** Those of a version's traits that it, or one shortly before it, brought, and that nobody has let it have. */
export function newTraits(
  traits: readonly Trait[],
  { source, now }: Pick<VersionFacts, 'source' | 'now'>,
  policy: Policy,
  { firstToo }: { firstToo: boolean },
): NewTrait[] {
  const { holdAddedFor } = policy[source]
  return traits
    .filter(({ first, released }) => !released && (firstToo || !first))
    .map((trait) => ({
      ...trait,
      until: holdAddedFor === 'released' ? undefined : trait.at.getTime() + durationMs(holdAddedFor),
    }))
    .filter(({ until }) => until === undefined || until > now)
}

/** Holds until the last of them is new no longer. */
export function holdFor(found: readonly NewTrait[], say: (trait: NewTrait) => string): Finding | undefined {
  const [first] = found
  if (first === undefined) return undefined
  const reason = found.slice(0, shown).map(say).join('; ')
  const until = Math.max(...found.map((trait) => trait.until ?? Number.POSITIVE_INFINITY))
  return {
    kind: 'hold',
    reason,
    remedy: 'install an earlier version, or have it looked at',
    ...(Number.isFinite(until) ? { until: new Date(until).toISOString() } : {}),
  }
}

const shown = 5
