import { isDeepStrictEqual } from 'node:util'
import { AtollError } from '#common/errors/index.ts'
import type { SentDocument } from './read-sent-document.ts'

/** The one thing in which a document differs from what was served. */
export type DocumentChange =
  /** @property message empty when they are not deprecated any more */
  | { kind: 'deprecation'; versions: string[]; message: string }
  | { kind: 'removal'; version: string }
  /** @property name as npm calls a person */
  | { kind: 'owner'; action: 'add' | 'remove'; name: string }

/**
 * npm changes a package by sending its document back with something in it changed. Which single change that is; whatever a
 * document leaves out is as it was.
 * @returns undefined when nothing differs
 * @throws InvalidRequest for several changes at once, and for any other
 */
export function diffDocument(current: SentDocument, sent: SentDocument): DocumentChange | undefined {
  const removals = findRemovals(current, sent)
  checkRest(current, sent, removals.length > 0)
  const [change, ...others] = [...findDeprecations(current, sent), ...removals, ...findOwners(current, sent)]
  if (others.length > 0) throw refuse('it changes several things at once: ask for one at a time')
  return change
}

function findDeprecations({ versions = {} }: SentDocument, sent: SentDocument): DocumentChange[] {
  const changed = Object.entries(sent.versions ?? {}).filter(
    ([version, manifest]) => messageOf(manifest) !== messageOf(versions[version]),
  )
  const byMessage = Map.groupBy(changed, ([, manifest]) => messageOf(manifest))
  return Array.from(byMessage, ([message, entries]) => ({
    kind: 'deprecation',
    versions: entries.map(([version]) => version),
    message,
  }))
}

function findRemovals({ versions = {} }: SentDocument, sent: SentDocument): DocumentChange[] {
  const kept = sent.versions
  if (kept === undefined) return []
  const gone = Object.keys(versions).filter((version) => !Object.hasOwn(kept, version))
  return gone.map((version) => ({ kind: 'removal', version }))
}

function findOwners({ maintainers = [] }: SentDocument, sent: SentDocument): DocumentChange[] {
  if (sent.maintainers === undefined) return []
  const namesOf = (people: readonly { name: string }[]) => new Set(people.map(({ name }) => name))
  const [before, after] = [namesOf(maintainers), namesOf(sent.maintainers)]
  return [
    ...Array.from(after.difference(before), (name) => ({ kind: 'owner', action: 'add', name }) as const),
    ...Array.from(before.difference(after), (name) => ({ kind: 'owner', action: 'remove', name }) as const),
  ]
}

/** Everything else has to be as it was; but npm takes tags away with the version they name (libnpmpublish, unpublish). */
function checkRest(current: SentDocument, sent: SentDocument, removes: boolean): void {
  const { versions: sentVersions = {}, maintainers: _, 'dist-tags': tags, ...rest } = sent
  for (const [version, manifest] of Object.entries(sentVersions)) {
    const before = current.versions?.[version]
    if (before === undefined) throw refuse(`it adds version ${version} without a tarball`)
    checkFields({ ...before, deprecated: undefined }, { ...manifest, deprecated: undefined }, ` of ${version}`)
  }
  if (!removes && tags !== undefined && !isDeepStrictEqual(tags, current['dist-tags'])) {
    throw refuse('it changes dist-tags: use "npm dist-tag"')
  }
  checkFields(current, rest, '')
}

function checkFields(before: Record<string, unknown>, after: Record<string, unknown>, where: string): void {
  const changed = Object.keys(after).find((field) => !isDeepStrictEqual(after[field], before[field]))
  if (changed !== undefined) throw refuse(`it changes "${changed.slice(0, 100)}"${where}, which cannot be changed so`)
}

function messageOf(manifest: { deprecated?: string | undefined } | undefined): string {
  return manifest?.deprecated ?? ''
}

function refuse(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}
