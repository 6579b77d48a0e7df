import { describeOutside } from '../outside.ts'
import { readProvenance } from '../provenance.ts'
import { readCrossPublish } from '../read-cross-publish.ts'
import { describeListed } from '../upstreams.ts'
import type { Checked, Finding } from './finding.ts'
import { toFindings } from './to-findings.ts'

/** What registries and proxies need beside their addresses must be there: tokens, passwords, authorities, trust roots. */
export async function checkOutside({ settings, env }: Checked): Promise<Finding[]> {
  const attempts = [
    () => describeListed(settings, env),
    () => describeOutside(settings, env),
    () => readProvenance(settings),
    () => readCrossPublish(settings, { folder: settings.folder, env }),
  ]
  const findings = await Promise.all(attempts.map((attempt) => attempt().then(() => [], toFindings)))
  return findings.flat()
}
