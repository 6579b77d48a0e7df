import { AtollError } from '#common/errors/index.ts'
import { defaultTarballLimits, inspectTarball, type TarballLimits } from '#common/tarball/index.ts'
import type { Looks } from './check.ts'
import { contents } from './checks/contents.ts'
import { checks } from './checks.ts'
import { Collector } from './collector.ts'
import type { Finding } from './finding.ts'
import { maxListedFiles } from './limits.ts'
import { ContentSorter, type FileSeen } from './reading/content-sorter.ts'
import { findSourceMaps } from './reading/source-map.ts'
import type { TextSeen } from './reading/text-seen.ts'
import type { PreflightSubject, VersionSubject } from './subject.ts'
import { textOf, textsOfPackage, textsOfPaths, textsOfVersion } from './texts-besides.ts'

export interface PreflightReport {
  /** Errors first; the same on every machine. */
  findings: Finding[]
  /** Files that no check of texts could read, so that somebody else may look at them. */
  unread: UnreadFiles[]
}

export interface UnreadFiles {
  version: string
  count: number
  /** The first ones, in the order of their paths. */
  files: Pick<FileSeen, 'path' | 'size' | 'sha256'>[]
}

/**
 * Reads every byte that a promotion would make public, each tarball once, and says what has to change before. It holds a
 * few megabytes at a time, and 16 MiB where a single text is that long.
 * @throws whatever openTarball throws: what could not be read has not been checked
 */
export async function runPreflight(asked: PreflightSubject, limits = defaultTarballLimits): Promise<PreflightReport> {
  const names = { ...asked.names, together: new Set([...asked.names.together, asked.package.name]) }
  const subject = { ...asked, names }
  const collector = new Collector(subject.package.name)
  const looks = checks.map((check) => check.look(subject, collector.sayFor(check)))
  const refuse = collector.sayFor(contents)
  for (const text of textsOfPackage(subject)) await readText(looks, text)
  const unread: UnreadFiles[] = []
  for (const version of subject.versions) {
    for (const look of looks) look.version?.(version)
    for (const text of textsOfVersion(version)) await readText(looks, text)
    const files = await readTarball(version, looks, limits, (reason) =>
      refuse('tarball-refused', { version: version.version }, reason, 'Leave this version out, or publish a new one'),
    )
    if (files.length > 0) unread.push(listed(version.version, files))
  }
  return { findings: collector.findings(), unread }
}

/**
 * Reads one text that comes to a package that is public already. Nothing else is judged again: what strangers have cannot be
 * called back, and they should be warned.
 * @param asked without versions
 * @param file what it is, in parentheses
 */
export async function readMessage(asked: PreflightSubject, file: string, message: string): Promise<Finding[]> {
  const collector = new Collector(asked.package.name)
  const looks = checks.map((check) => check.look(asked, collector.sayFor(check)))
  for (const text of textOf(file, message)) await readText(looks, text)
  return collector.findings().filter((finding) => finding.file === file)
}

/** @returns the files that are no texts */
async function readTarball(
  version: VersionSubject,
  looks: readonly Looks[],
  limits: TarballLimits,
  refuse: (reason: string) => void,
): Promise<FileSeen[]> {
  const unread: FileSeen[] = []
  const sorter = new ContentSorter(version.version, {
    file(file) {
      for (const look of looks) look.file?.(version, file)
      if (!file.isText) unread.push(file)
    },
    async text(text) {
      await readText(looks, text)
      await readMaps(version, looks, text)
    },
  })
  try {
    const tarball = await inspectTarball(await version.openTarball(), limits, sorter)
    for (const look of looks) look.tarball?.(version, tarball)
    for (const text of textsOfPaths(version, tarball.files)) await readText(looks, text)
  } catch (error) {
    if (!isRefusal(error)) throw error
    refuse(error.message)
  }
  return unread
}

async function readText(looks: readonly Looks[], text: TextSeen): Promise<void> {
  for (const look of looks) await look.text?.(text)
}

/** Sources inside are texts of their own: in the map they are escaped, so that keys and lines look different. */
async function readMaps(version: VersionSubject, looks: readonly Looks[], text: TextSeen): Promise<void> {
  for (const map of findSourceMaps(text)) {
    for (const look of looks) look.sourceMap?.(version, map)
    for (const { name, content } of map.sources) {
      if (content === undefined) continue
      const file = `${map.file} → ${name}`
      await readText(looks, { version: version.version, file, text: content, firstLine: 1, whole: true })
    }
  }
}

function isRefusal(error: unknown): error is AtollError {
  return error instanceof AtollError && (error.code === 'InvalidTarball' || error.code === 'PayloadTooLarge')
}

function listed(version: string, files: readonly FileSeen[]): UnreadFiles {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, maxListedFiles)
  return { version, count: files.length, files: sorted.map(({ path, size, sha256 }) => ({ path, size, sha256 })) }
}
