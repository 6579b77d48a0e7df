import { stat } from 'node:fs/promises'
import { schemasAt, settingsJsonSchema } from '../describe/index.ts'
import { effectiveSettings } from '../show/index.ts'
import type { Checked, Finding } from './finding.ts'

const readableByOthers = 0o044

/** A file that holds a secret is for its owner alone. */
export async function checkSecrets({ read, settings }: Checked): Promise<Finding[]> {
  const schema = settingsJsonSchema()
  const written = effectiveSettings(read, settings).filter(({ setting, source }) => {
    const path = setting.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    return source.startsWith(read.document.file) && schemasAt(schema, path).some(({ writeOnly }) => writeOnly === true)
  })
  const [first] = written
  if (first === undefined) return []
  const { mode } = await stat(read.document.file)
  if ((mode & readableByOthers) === 0) return []
  const problem = `is a secret in a file that others can read: chmod 600 ${read.document.file}`
  return [{ level: 'warn', setting: first.setting, problem }]
}
