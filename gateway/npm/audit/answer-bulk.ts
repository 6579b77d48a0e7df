import { advisoryNumber } from '#common/advisories/index.ts'
import type { Vulnerable } from './find-vulnerable.ts'

/** What npm, yarn berry, bun and pnpm 11 read (npm's metavuln-calculator, lib/advisory.js). */
export function answerBulk(vulnerable: readonly Vulnerable[]): Record<string, object[]> {
  const answer: Record<string, object[]> = Object.create(null)
  for (const { name, advisory, affected } of vulnerable) {
    const { id, url, summary, severity, cwes, cvss } = advisory
    answer[name] = [
      ...(answer[name] ?? []),
      {
        id: advisoryNumber(id),
        // Several clients show it and no number.
        url: url ?? `https://osv.dev/vulnerability/${id}`,
        title: summary,
        severity,
        vulnerable_versions: affected.vulnerable,
        cwe: cwes,
        cvss: { score: (cvss?.tenths ?? 0) / 10, vectorString: cvss?.vector ?? null },
      },
    ]
  }
  return answer
}
