import calculator from 'ae-cvss-calculator'
import type { Advisory, Severity } from './advisory.ts'

/** What an advisory says of how bad it is, in the words it came with. */
export interface SaidSeverity {
  /** `database_specific.severity` of OSV. */
  word: unknown
  /** Vectors of CVSS, in whatever version. */
  vectors: readonly string[]
  /** It is about malware. */
  malware: boolean
}

const words: Record<string, Severity> = {
  LOW: 'low',
  MODERATE: 'moderate',
  MEDIUM: 'moderate',
  HIGH: 'high',
  CRITICAL: 'critical',
}

/**
 * The severity, in npm's words: that of its authors, else what CVSS makes of it, else `moderate`, since npm knows no word for
 * what nobody scored. Malware is always critical.
 */
export function severityOf({ word, vectors, malware }: SaidSeverity): Pick<Advisory, 'severity' | 'cvss'> {
  const scored = scoreOf(vectors)
  const cvss = scored === undefined ? {} : { cvss: scored }
  if (malware) return { severity: 'critical', ...cvss }
  const said = typeof word === 'string' ? words[word.toUpperCase()] : undefined
  const severity = said ?? (scored === undefined ? 'moderate' : rate(scored.tenths))
  return { severity, ...cvss }
}

/** The newest version of CVSS that can be read. */
function scoreOf(vectors: readonly string[]): Advisory['cvss'] {
  const newestFirst = vectors
    .filter((vector) => /^CVSS:[34][\w.:/]+$/.test(vector) && vector.length <= 512)
    .sort()
    .reverse()
  for (const vector of newestFirst) {
    const parsed = calculator.fromVector(vector)
    // Of an incomplete vector the calculator makes a 0.
    if (parsed?.isBaseFullyDefined() === true)
      return { vector, tenths: Math.round(parsed.calculateScores().overall * 10) }
  }
  return undefined
}

/** https://www.first.org/cvss/v4.0/specification-document#Qualitative-Severity-Rating-Scale; npm has no word for none. */
function rate(tenths: number): Severity {
  if (tenths >= 90) return 'critical'
  if (tenths >= 70) return 'high'
  return tenths >= 40 ? 'moderate' : 'low'
}
