import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type OutboundConfig, outboundSchema, type ProxyConfig } from '#common/outbound/config.ts'
import { readSecret, readSettingFile, type SecretPlace } from './read-secret.ts'
import type { Settings } from './settings.ts'
import { SettingsError } from './settings-error.ts'

/**
 * How the components reach what is outside: `network.proxy`, else the environment's proxy; `network.caFile`.
 * @param npmCaFile authorities npm on this machine trusts, for the registry that is taken over from it
 * @throws SettingsError
 */
export async function describeOutside(
  { network, folder }: Pick<Settings, 'network' | 'folder'>,
  env: NodeJS.ProcessEnv,
  npmCaFile?: string,
): Promise<OutboundConfig> {
  const ca =
    network.caFile === undefined ? [] : await readAuthorities('network.caFile', resolve(folder, network.caFile))
  // npm goes on without a file that is not there, too.
  const npms = npmCaFile === undefined ? [] : certificatesIn(await readFile(npmCaFile, 'utf8').catch(() => ''))
  return outboundSchema.parse({ ...(await proxiesOf(network.proxy, { folder, env })), ca: [...ca, ...npms] })
}

type ProxySetting = Settings['network']['proxy']

async function proxiesOf(
  setting: ProxySetting,
  place: SecretPlace,
): Promise<Pick<OutboundConfig, 'proxies' | 'noProxy'>> {
  if (setting === 'none') return { proxies: {}, noProxy: [] }
  if (setting === undefined) return proxiesOfEnvironment(place.env)
  const proxy = await readProxy('network.proxy', setting, place)
  return { proxies: { http: proxy, https: proxy }, noProxy: setting.noProxy ?? [] }
}

/** @param setting its path in atoll.yaml, for messages */
export async function readProxy(
  setting: string,
  { url, credentialsFile }: { url: string; credentialsFile?: string | undefined },
  place: SecretPlace,
): Promise<ProxyConfig> {
  const word = await readSecret({ setting: `${setting}.credentialsFile`, file: credentialsFile }, place)
  if (word === undefined) return { url }
  const colon = word.indexOf(':')
  if (colon < 1) throw new SettingsError(`${setting}.credentialsFile: ${credentialsFile} must hold user:password`)
  return { url, credentials: { username: word.slice(0, colon), password: word.slice(colon + 1) } }
}

/** As curl and npm read them; lower case first. */
function proxiesOfEnvironment(env: NodeJS.ProcessEnv): Pick<OutboundConfig, 'proxies' | 'noProxy'> {
  const read = (name: string) => env[name.toLowerCase()] || env[name] || undefined
  const [https, http] = ['HTTPS_PROXY', 'HTTP_PROXY'].map((name) => parseProxy(name, read(name)))
  return {
    proxies: { ...(http === undefined ? {} : { http }), ...(https === undefined ? {} : { https }) },
    noProxy: (read('NO_PROXY') ?? '').split(/[,\s]+/).filter((entry) => entry !== ''),
  }
}

function parseProxy(name: string, text: string | undefined): ProxyConfig | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text.includes('://') ? text : `http://${text}`)
  // Its value may hold a password.
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new SettingsError(`${name} is not the address of an HTTP proxy. Set network.proxy in atoll.yaml, or "none".`)
  }
  if (url.username === '') return { url: url.origin }
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  return { url: url.origin, credentials: { username, password } }
}

async function readAuthorities(setting: string, path: string): Promise<string[]> {
  const found = certificatesIn(await readSettingFile(setting, path))
  if (found.length === 0) throw new SettingsError(`${setting}: ${path} holds no certificate in PEM form`)
  for (const certificate of found) {
    try {
      new X509Certificate(certificate)
    } catch (cause) {
      throw new SettingsError(`${setting}: ${path} holds a certificate that cannot be read`, { cause })
    }
  }
  return found
}

function certificatesIn(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
}
