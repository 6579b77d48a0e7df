import type { InspectedTarball } from '#common/tarball/index.ts'
import type { Place, Severity } from './finding.ts'
import type { FileSeen } from './reading/content-sorter.ts'
import type { SourceMap } from './reading/source-map.ts'
import type { TextSeen } from './reading/text-seen.ts'
import type { PreflightSubject, VersionSubject } from './subject.ts'

/** What one code stands for. docs/promotion-checks.md lists them all. */
export interface CodeMeaning {
  severity: Severity
  /** What was found, without the sentence's end. */
  finds: string
}

export type Say<Code extends string = string> = (code: Code, place: Place, message: string, remedy: string) => void

/** Its questions, each asked of what it is named after; those it does not have are not asked. */
export interface Looks {
  version?(version: VersionSubject): void
  /** After its tarball was read to the end. */
  tarball?(version: VersionSubject, tarball: InspectedTarball): void
  file?(version: VersionSubject, file: FileSeen): void
  /** Texts of every kind: files, sources in maps, messages, what provenance says. */
  text?(text: TextSeen): void | Promise<void>
  sourceMap?(version: VersionSubject, map: SourceMap): void
}

/** One kind of thing that must not become public, or must be there. */
export interface Check<Code extends string = string> {
  name: string
  codes: Readonly<Record<Code, CodeMeaning>>
  /** Says what is wrong with the package itself, and how to look at its versions. Called once per run. */
  look(subject: PreflightSubject, say: Say<Code>): Looks
}

/** Infers a check's codes, so that it cannot say one it does not list. */
export function defineCheck<const Code extends string>(check: Check<Code>): Check<Code> {
  return check
}
