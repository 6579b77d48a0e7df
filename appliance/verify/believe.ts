import { writeFile } from 'node:fs/promises'
import type { Anchors, Believed } from './anchors.ts'
import type { Outcome } from './outcome.ts'

/**
 * Writes into the anchors in which exact records the registry is believed from now on. Nothing else may be wrong with them.
 * @returns the outcomes as they are with that
 */
export async function believeUnshown(outcomes: readonly Outcome[], anchors: Anchors, file: string): Promise<Outcome[]> {
  const before = anchors.believed ?? []
  const added = outcomes.flatMap(({ believable }) => believable ?? [])
  if (added.length === 0) return [...outcomes]
  // One record may be locked at several places.
  const believed = [...new Map([...before, ...added].map((one) => [`${one.record} ${one.attestedBy}`, one])).values()]
  await writeAnchors(file, { ...anchors, believed: believed.sort(byName) })
  return outcomes.map(believeIn)
}

/** Anchors that are asked for again: what somebody decided to believe of that registry stays decided. */
export function renewAnchors(before: Anchors | undefined, now: Anchors): Anchors {
  if (before === undefined || before.registryDid !== now.registryDid) return now
  const { believed } = before
  const rightsOf = new Map(before.orgs.map(({ did, rights }) => [did, rights]))
  const orgs = now.orgs.map((org) =>
    rightsOf.get(org.did) === undefined ? org : { ...org, rights: 'believed' as const },
  )
  return { ...now, orgs, ...(believed === undefined ? {} : { believed }) }
}

/** Anchors of a project whose readers may not see who has which rights in any organisation. */
export function believeRights(anchors: Anchors): Anchors {
  return { ...anchors, orgs: anchors.orgs.map((org) => ({ ...org, rights: 'believed' })) }
}

export function writeAnchors(file: string, anchors: Anchors): Promise<void> {
  return writeFile(file, `${JSON.stringify(anchors, null, 2)}\n`)
}

function byName(a: Believed, b: Believed): number {
  const nameOf = (one: Believed) => `${one.package}@${one.version} ${one.record}`
  return nameOf(a) < nameOf(b) ? -1 : 1
}

function believeIn(outcome: Outcome): Outcome {
  const { locked, believable, findings } = outcome
  if (believable === undefined) return outcome
  const now = findings.map(({ rule, reason }) =>
    rule === 'entitlement-unshown' ? { rule: 'entitlement-believed' as const, reason } : { rule, reason },
  )
  return { locked, state: 'believed', findings: now }
}
