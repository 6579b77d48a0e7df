import type { Check, Say } from './check.ts'
import { compareFindings, type Finding } from './finding.ts'
import { maxFindingsPerCode, maxMessageLength } from './limits.ts'

/** Keeps each finding once, at its first line, and no more of a kind than somebody would read. */
export class Collector {
  readonly #package: string
  readonly #findings = new Map<string, Finding>()
  readonly #counts = new Map<string, number>()

  constructor(packageName: string) {
    this.#package = packageName
  }

  /** How one check says what it finds. */
  sayFor({ codes }: Check): Say {
    return (code, place, message, remedy) => {
      const meaning = codes[code]
      if (meaning === undefined) throw new TypeError(`No check lists the code ${code}`)
      const found = { message: bounded(message), remedy: bounded(remedy) }
      this.#add({ code, severity: meaning.severity, package: this.#package, ...place, ...found })
    }
  }

  /** Sorted. */
  findings(): Finding[] {
    const omitted = [...this.#counts]
      .filter(([, count]) => count > maxFindingsPerCode)
      .map(([kind]) => this.#summary(kind))
    return [...this.#findings.values(), ...omitted].toSorted(compareFindings)
  }

  #add(finding: Finding): void {
    const key = JSON.stringify([finding.code, finding.version, finding.file, finding.message])
    if (this.#findings.has(key)) return
    const kind = JSON.stringify([finding.severity, finding.code, finding.version])
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    if (count <= maxFindingsPerCode) this.#findings.set(key, finding)
  }

  /** It names no file, so a waiver for single files does not cover what it stands for. */
  #summary(kind: string): Finding {
    const [severity, code, version] = JSON.parse(kind) as [Finding['severity'], string, string | null]
    return {
      code,
      severity,
      package: this.#package,
      ...(version === null ? {} : { version }),
      message: `There are more of this kind than the ${maxFindingsPerCode} that are listed`,
      remedy: 'Change those that are listed, and run the preflight again',
    }
  }
}

function bounded(text: string): string {
  return text.length <= maxMessageLength ? text : `${text.slice(0, maxMessageLength - 1)}…`
}
