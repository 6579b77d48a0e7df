import { describeOutside } from '../outside.ts'
import { SettingsError } from '../settings-error.ts'
import { describeListed } from '../upstreams.ts'
import type { Checked, Finding } from './finding.ts'

/** What registries and proxies need beside their addresses must be there: tokens, passwords, authorities. */
export async function checkOutside({ settings, env }: Checked): Promise<Finding[]> {
  const attempts = [() => describeListed(settings, env), () => describeOutside(settings, env)]
  const findings = await Promise.all(attempts.map((attempt) => attempt().then(() => [], toFindings)))
  return findings.flat()
}

/** Their messages begin with the setting. That a file is not there at all is said by the check of named files. */
function toFindings(error: unknown): Finding[] {
  if (!(error instanceof SettingsError)) throw error
  if ((error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return []
  const [setting = '', ...problem] = error.message.split(': ')
  return [{ level: 'fail', setting, problem: problem.join(': ') }]
}
