import { SettingsError } from '../settings-error.ts'
import type { Finding } from './finding.ts'

/**
 * Their messages begin with the setting. That a file is not there at all is said by the check of named files.
 * @throws what is no SettingsError
 */
export function toFindings(error: unknown): Finding[] {
  if (!(error instanceof SettingsError)) throw error
  if ((error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return []
  const [setting = '', ...problem] = error.message.split(': ')
  return [{ level: 'fail', setting, problem: problem.join(': ') }]
}
