import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { effectiveSettings } from '../show/index.ts'
import type { Checked, Finding } from './finding.ts'

/** Files that settings name, relative to atoll.yaml, must be there; the setting's name ends in "File". */
export async function checkNamedFiles({ read, settings }: Checked): Promise<Finding[]> {
  const named = effectiveSettings(read, settings).filter(({ setting }) => /File$/.test(setting))
  const findings = await Promise.all(
    named.map(async ({ setting, value }): Promise<Finding[]> => {
      const found = await stat(resolve(settings.folder, String(value))).catch(() => undefined)
      return found?.isFile() === true ? [] : [{ level: 'fail', setting, problem: `there is no file ${value}` }]
    }),
  )
  return findings.flat()
}
