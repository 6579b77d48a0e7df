import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { IdpSettings } from './idp-settings.ts'
import { SettingsError } from './settings-error.ts'

const maxSecretBytes = 4_096
// Anything for the group or for others.
const modeOfOthers = 0o077

/**
 * Reads the client secrets where the settings say they are.
 * @returns issuer → secret, for the providers that have one
 * @throws SettingsError which names the file or variable, and what to do
 */
export async function readIdpSecrets(
  idps: IdpSettings,
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {}
  for (const { issuer, clientSecret, clientSecretFile, clientSecretEnv } of idps) {
    if (clientSecret !== undefined) secrets[issuer] = clientSecret
    if (clientSecretFile !== undefined) secrets[issuer] = await readSecretFile(resolve(cwd, clientSecretFile))
    if (clientSecretEnv !== undefined) secrets[issuer] = readVariable(clientSecretEnv, env)
  }
  return secrets
}

async function readSecretFile(file: string): Promise<string> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new SettingsError(`${file}, which holds a client secret, cannot be read (${cause.code}).`, { cause })
  })
  if ((found.mode & modeOfOthers) !== 0) {
    throw new SettingsError(`${file} holds a client secret, and others can read it: chmod 600 ${file}`)
  }
  if (found.size > maxSecretBytes) throw new SettingsError(`${file} is too long for a client secret.`)
  const secret = (await readFile(file, 'utf8')).trim()
  if (secret === '') throw new SettingsError(`${file}, which holds a client secret, is empty.`)
  return secret
}

function readVariable(name: string, env: NodeJS.ProcessEnv): string {
  const secret = env[name]?.trim()
  if (secret !== undefined && secret !== '') return secret
  throw new SettingsError(`The environment variable ${name}, which holds a client secret, is not set.`)
}
