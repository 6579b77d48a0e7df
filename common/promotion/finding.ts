/** Errors stop a promotion, warnings stop it until somebody says why they do not matter. */
export type Severity = 'error' | 'warning'

/** Where something was found. */
export interface Place {
  /** Of the package; absent for what is said of all versions. */
  version?: string
  /** Inside the package: `lib/index.js`; with an arrow for a source in a map; in parentheses for what is no file. */
  file?: string
  /** From 1. */
  line?: number
}

/** One thing that has to change, or be waived, before a package is public. */
export interface Finding extends Place {
  /** For programs and waivers; stable. */
  code: string
  severity: Severity
  package: string
  /** What is wrong: one sentence. Never the secret itself. */
  message: string
  /** What to change: one sentence. */
  remedy: string
}

/** How findings are shown and compared: what stops a promotion first, then by place. Pure, the same on every machine. */
export function compareFindings(a: Finding, b: Finding): number {
  const keys = ({ severity, package: name, version = '', file = '', line = 0, code, message }: Finding) =>
    [severity, name, version, code, file, line, message] as const
  const other = keys(b)
  for (const [index, key] of keys(a).entries()) {
    const against = other[index]
    if (against === undefined || key === against) continue
    return key < against ? -1 : 1
  }
  return 0
}

/** `@acme.com/ui@1.0.0, lib/index.js:7` */
export function placeOf({ package: name, version, file, line }: Pick<Finding, keyof Place | 'package'>): string {
  const spec = version === undefined ? name : `${name}@${version}`
  return file === undefined ? spec : `${spec}, ${file}${line === undefined ? '' : `:${line}`}`
}
