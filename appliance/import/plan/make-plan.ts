import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '#appliance/failures.ts'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName, parseVersion } from '#common/names/index.ts'
import { forEachBounded } from '#common/slots/index.ts'
import type { Source, SourcePackage, SourceVersion } from '../sources/source.ts'
import type { Journal, Outcome } from './journal.ts'
import type { ImportPlan, PlannedPackage, PlannedVersion, Refusal } from './plan.ts'
import { type PackageState, planPackage } from './plan-package.ts'
import { readVersion } from './read-version.ts'

export interface Planning {
  source: Source
  /** DID of the organisation. */
  org: string
  journal: Journal
  /** Where tarballs are kept that had to be downloaded. */
  tarballs: string
  /** Why nothing may be imported under this name; undefined when it belongs to the organisation. */
  refuseName(name: string): Promise<string | undefined>
  stateOf(name: string): Promise<PackageState>
  progress: PlanningProgress
  stop: AbortSignal
}

export interface PlanningProgress {
  found(versions: number): void
  read(name: string, version: string): void
}

const packagesAtOnce = 4
const versionsAtOnce = 4

/**
 * Reads everything there is to import, verifies it, and says what would be written. It writes nothing but the journal.
 * @throws Failure when the source as a whole cannot be read
 */
export async function makePlan(planning: Planning): Promise<ImportPlan> {
  const { source, tarballs, stop } = planning
  await mkdir(tarballs, { recursive: true, mode: 0o700 })
  const packages: PlannedPackage[] = []
  await forEachBounded(await source.names(), packagesAtOnce, async (name) => {
    stop.throwIfAborted()
    packages.push(await planNamed(planning, name))
  })
  packages.sort((a, b) => (a.name < b.name ? -1 : 1))
  return { source: source.label, packages }
}

async function planNamed(planning: Planning, name: string): Promise<PlannedPackage> {
  try {
    const parsed = parsePackageName(name)
    if (parsed.name !== name) throw new Failure(`it has to be written as ${parsed.name}`)
    const refused = await planning.refuseName(name)
    if (refused !== undefined) return refusedPackage(name, refused)
    const found = await planning.source.read(name)
    if (found === undefined) return refusedPackage(name, 'its source does not have it')
    return await planFound(planning, found)
  } catch (error) {
    if (error instanceof Failure || isRefusal(error)) return refusedPackage(name, messageOf(error))
    throw error
  }
}

async function planFound(planning: Planning, found: SourcePackage): Promise<PlannedPackage> {
  const { name } = found
  const state = await planning.stateOf(name)
  const versions: PlannedVersion[] = []
  const refusals: Refusal[] = []
  const missing = found.versions.filter(({ version }) => !state.versions.has(version))
  planning.progress.found(missing.length)
  await forEachBounded(missing, versionsAtOnce, async (version) => {
    planning.stop.throwIfAborted()
    const outcome = await readOnce(planning, name, version)
    if ('read' in outcome) versions.push({ version: version.version, source: version, ...outcome.read })
    else refusals.push({ version: version.version, reason: outcome.refused, temporary: 'temporary' in outcome })
    planning.progress.read(name, version.version)
  })
  return planPackage(found, state, { versions, refusals })
}

/** From the journal, where the version was read before. What failed only for now is not remembered. */
async function readOnce(planning: Planning, name: string, version: SourceVersion) {
  const { journal, org, tarballs, source } = planning
  const known = journal.find(name, version)
  if (known !== undefined) return known
  let outcome: Outcome
  try {
    parseVersion(version.version)
    const path = await source.fetch(name, version, tarballPath(tarballs, name, version.version))
    outcome = { read: await readVersion({ org, name, version, path, now: new Date().toISOString() }) }
  } catch (error) {
    if (error instanceof Failure) return { refused: messageOf(error), temporary: true }
    if (!isRefusal(error)) throw error
    if (error.status >= 500) return { refused: messageOf(error), temporary: true }
    outcome = { refused: messageOf(error) }
  }
  await journal.add(name, version, outcome)
  return outcome
}

/** Where a downloaded tarball is kept until it is written. */
export function tarballPath(folder: string, name: string, version: string): string {
  return join(folder, `${createHash('sha256').update(`${name}@${version}`).digest('hex')}.tgz`)
}

function refusedPackage(name: string, refused: string): PlannedPackage {
  return { name, refused, versions: [], present: [], refusals: [], tags: [], keptTags: [], deprecations: [] }
}

function isRefusal(error: unknown): error is AtollError {
  return error instanceof AtollError && error.code !== 'InternalError'
}

function messageOf(error: Error): string {
  const reason = error instanceof AtollError ? error.details['reason'] : undefined
  return typeof reason === 'string' ? reason : error.message
}
