import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SettingsError } from './settings-error.ts'

const maxSecretBytes = 4_096
// Anything for the group or for others.
const modeOfOthers = 0o077

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
 * A secret that stands in a file nobody else can read, or in an environment variable; the newline at its end is not
 * part of it.
 * @returns undefined when neither is named
 * @throws SettingsError that names setting and place and what to do, and never the secret
 */
export async function readSecret(source: SecretSource, { folder, env }: SecretPlace): Promise<string | undefined> {
  const { setting, file, env: variable } = source
  if (file !== undefined) return checkWord(await readSecretFile(setting, resolve(folder, file)), `${setting}: ${file}`)
  if (variable === undefined) return undefined
  return checkWord(env[variable] ?? '', `${setting}: the environment variable ${variable}`)
}

/**
 * Docker and Kubernetes mount secrets with mode 0444 or 0644, for a container in which nobody else is; a chmod is not possible there.
 * https://docs.docker.com/compose/how-tos/use-secrets/ and https://kubernetes.io/docs/concepts/configuration/secret/
 * @param path absolute
 */
export function isMounted(path: string): boolean {
  return /^\/(?:var\/)?run\/secrets\/[^/]/.test(path)
}

/** @throws SettingsError */
export async function readSettingFile(setting: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause) => {
    throw cannotRead(setting, path, cause)
  })
}

async function readSecretFile(setting: string, path: string): Promise<string> {
  const found = await stat(path).catch((cause) => {
    throw cannotRead(setting, path, cause)
  })
  if ((found.mode & modeOfOthers) !== 0 && !isMounted(path)) {
    throw new SettingsError(`${setting}: ${path} holds a secret, and others can read it: chmod 600 ${path}`)
  }
  if (found.size > maxSecretBytes) throw new SettingsError(`${setting}: ${path} is too long for a secret.`)
  return readSettingFile(setting, path)
}

function cannotRead(setting: string, path: string, cause: NodeJS.ErrnoException): SettingsError {
  return new SettingsError(`${setting}: ${path} cannot be read (${cause.code}).`, { cause })
}

function checkWord(text: string, what: string): string {
  const secret = text.trim()
  if (secret === '') throw new SettingsError(`${what} is empty.`)
  // In an HTTP header it would end the line.
  if (/\p{Cc}/u.test(secret)) throw new SettingsError(`${what} is more than one line.`)
  return secret
}
