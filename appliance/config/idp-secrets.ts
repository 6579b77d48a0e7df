import type { IdpSettings } from './idp-settings.ts'
import { readSecret, type SecretPlace } from './read-secret.ts'

/**
 * Reads the client secrets where the settings say they are.
 * @returns issuer → secret, for the providers that have one
 * @throws SettingsError which names the file or variable, and what to do
 */
export async function readIdpSecrets(idps: IdpSettings, place: SecretPlace): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {}
  for (const [index, { issuer, clientSecret, clientSecretFile, clientSecretEnv }] of idps.entries()) {
    const setting = `idps.${index}.${clientSecretFile === undefined ? 'clientSecretEnv' : 'clientSecretFile'}`
    const secret = clientSecret ?? (await readSecret({ setting, file: clientSecretFile, env: clientSecretEnv }, place))
    if (secret !== undefined) secrets[issuer] = secret
  }
  return secrets
}
