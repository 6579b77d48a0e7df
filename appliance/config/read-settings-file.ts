import { resolve } from 'node:path'
import { layOverPreset } from '#common/policy/index.ts'
import { describeProblems } from './describe/index.ts'
import { readDocument, type SettingPath, type SettingsDocument } from './document/index.ts'
import { variableOf, withEnvironment } from './environment.ts'
import { type SettingsFile, settingsFileSchema } from './schema.ts'
import { SettingsError } from './settings-error.ts'

export interface SettingsSource {
  cwd: string
  env: NodeJS.ProcessEnv
  /** Path of atoll.yaml when it is elsewhere; it must exist then. */
  file?: string | undefined
}

/** What somebody set, and where. */
export interface ReadSettings {
  /** Valid, with defaults. */
  set: SettingsFile
  document: SettingsDocument
  /** `atoll.yaml:3`, or the name of the variable; undefined when nobody set it. */
  originOf(path: SettingPath): string | undefined
}

/** Where atoll.yaml is, or would be. */
export function settingsPath({ cwd, env, file }: SettingsSource): string {
  return resolve(cwd, file ?? env['ATOLL_CONFIG'] ?? 'atoll.yaml')
}

/** @throws SettingsError naming every problem at once, never a value: it may be a secret */
export async function readSettingsFile(source: SettingsSource): Promise<ReadSettings> {
  const { env, file } = source
  const path = settingsPath(source)
  const document = await readDocument(path, { mustExist: (file ?? env['ATOLL_CONFIG']) !== undefined })
  const parsed = settingsFileSchema.safeParse(withPreset(withEnvironment(document.content, env)))
  if (!parsed.success) {
    const problems = describeProblems(parsed.error, (at) => setVariable(at, env) ?? position(document, at))
    throw new SettingsError(`The settings are not valid:\n  ${problems.join('\n  ')}`)
  }
  const originOf = (at: SettingPath) => {
    const line = document.lineOf(at)
    return setVariable(at, env) ?? (line === undefined ? undefined : `${path}:${line}`)
  }
  return { set: parsed.data, document, originOf }
}

/** Before it is checked: afterwards nobody can tell what was said from what is the default. */
function withPreset(content: unknown): unknown {
  if (typeof content !== 'object' || content === null || !('policy' in content)) return content
  return { ...content, policy: layOverPreset(content.policy) }
}

function setVariable(path: SettingPath, env: NodeJS.ProcessEnv): string | undefined {
  const name = variableOf(path)
  return name !== undefined && (env[name] ?? '') !== '' ? name : undefined
}

function position({ file, positionOf }: SettingsDocument, path: SettingPath): string {
  const at = positionOf(path)
  return at === undefined ? file : `${file}:${at}`
}
