import type { DueSubject } from '../due/index.ts'
import type { Db } from '../schema/index.ts'
import { factsOf } from '../trials/index.ts'
import { readKept } from '../upstream/judge-packument.ts'
import { gatherFacts } from '../verdict/index.ts'
import type { Known } from './trust-fact.ts'

interface Sight {
  db: Db
  now: number
  /** `names.private` of the configuration. */
  privateNames: readonly string[]
}

type Manifest = Record<string, unknown>

/** Gathers all that is known about one version; nothing is written. @returns undefined when there is no such version */
export async function gatherKnown(sight: Sight, subject: DueSubject, version: string): Promise<Known | undefined> {
  if (subject.source === 'private') {
    const { org, name } = subject
    const [found] = await gatherFacts(sight, org, name, version)
    if (found === undefined) return undefined
    const { facts, row } = found
    const bytes = { integrity: row.integrity, shasum: row.shasum }
    return { facts, org, bytes, deprecated: facts.deprecated, upstream: {} }
  }
  const facts = (await factsOf(sight, subject)).find((one) => one.version === version)
  const kept = await sight.db.transaction().execute((tx) => readKept(tx, subject))
  const manifest = kept?.full.versions[version]
  return facts && manifest && { facts, org: undefined, ...saidIn(manifest) }
}

/** What a document of upstream says, with the marks that were set here when it said something else. */
function saidIn(manifest: Manifest): Pick<Known, 'bytes' | 'deprecated' | 'upstream'> {
  const dist = mapOf(manifest['dist'])
  const marks = manifest['_atoll'] === undefined ? undefined : mapOf(manifest['_atoll'])
  return {
    bytes: { integrity: textOf(dist['integrity']), shasum: textOf(dist['shasum']) },
    // Where it is marked, what its publisher had said is beside the mark.
    deprecated: textOf(marks === undefined ? manifest['deprecated'] : marks['deprecated']),
    upstream: { removedAt: textOf(marks?.['removedUpstream']), changedAt: textOf(marks?.['changedUpstream']) },
  }
}

function mapOf(value: unknown): Manifest {
  return typeof value === 'object' && value !== null ? (value as Manifest) : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
