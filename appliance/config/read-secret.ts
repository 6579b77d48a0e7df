import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SettingsError } from './settings-error.ts'

export interface SecretSource {
  /** The setting that names it, for messages. */
  setting: string
  file?: string | undefined
  env?: string | undefined
}

/** Where secrets are read: files relative to atoll.yaml, and the environment of the command. */
export interface SecretPlace {
  folder: string
  env: NodeJS.ProcessEnv
}

/**
 * A secret that stands in a file or an environment variable; the newline at its end is not part of it.
 * @returns undefined when neither is named
 * @throws SettingsError that names the setting, and never the secret
 */
export async function readSecret(source: SecretSource, { folder, env }: SecretPlace): Promise<string | undefined> {
  const { setting, file, env: variable } = source
  if (file !== undefined) return notEmpty(await readSettingFile(setting, resolve(folder, file)), `${setting} (${file})`)
  if (variable !== undefined) return notEmpty(env[variable] ?? '', `${setting}: the environment variable ${variable}`)
  return undefined
}

/** @throws SettingsError */
export async function readSettingFile(setting: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new SettingsError(`${setting}: ${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause })
  }
}

function notEmpty(text: string, what: string): string {
  const secret = text.trim()
  // Control characters would end an HTTP header.
  if (secret !== '' && /^[\x20-\x7e\x80-\uffff]+$/.test(secret)) return secret
  throw new SettingsError(`${what} is ${secret === '' ? 'empty' : 'more than one line'}`)
}
