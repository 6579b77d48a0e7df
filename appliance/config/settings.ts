import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { UsageError } from '#appliance/failures.ts'
import { describeProblems } from './describe-problems.ts'
import { settingNames, withEnvironment } from './environment.ts'
import { choosePorts, type Ports } from './ports.ts'
import { type SettingsFile, settingsFileSchema } from './schema.ts'

/** What the box is told by its owner: `atoll.yaml`, with ATOLL_* variables over it. */
export interface Settings {
  dataDir: string
  networkName: string
  privateNames: string[]
  /** Ends people's handles. */
  handleSuffix: string
  ports: Ports
  publicUrls: { gateway: string; people: string }
  /** Where public packages come from, where that is set here. */
  upstream: { url?: string | undefined; token?: string | undefined }
  /** Empty: the demo identity provider runs. */
  idps: SettingsFile['idps']
  /** A Postgres server of the owner's, instead of the embedded one. */
  databaseUrl: string | undefined
  logLevel: NonNullable<SettingsFile['log']['level']>
}

export interface SettingsSource {
  cwd: string
  env: NodeJS.ProcessEnv
  /** Path of atoll.yaml when it is elsewhere; it must exist then. */
  file?: string | undefined
}

/** A setting is wrong; the message says which, and what to write instead. */
export class SettingsError extends UsageError {}

/** @throws SettingsError */
export async function readSettings({ cwd, env, file }: SettingsSource): Promise<Settings> {
  const path = resolve(cwd, file ?? env['ATOLL_CONFIG'] ?? 'atoll.yaml')
  const mustExist = file !== undefined || env['ATOLL_CONFIG'] !== undefined
  const parsed = settingsFileSchema.safeParse(withEnvironment(await readYaml(path, mustExist), env))
  if (!parsed.success) {
    const problems = describeProblems(parsed.error, settingNames)
    throw new SettingsError(`The settings (${path} and ATOLL_* variables) are not valid:\n  ${problems.join('\n  ')}`)
  }
  const set = parsed.data
  const dataDir = resolve(cwd, env['ATOLL_DATA'] ?? 'data')
  const ports = await choosePorts(dataDir, set.ports, { free: env['ATOLL_PORTS'] === 'free' })
  return {
    dataDir,
    networkName: set.network.name ?? 'atoll',
    privateNames: set.names.private ?? [],
    handleSuffix: set.handles.people ?? 'people.test',
    ports,
    publicUrls: {
      gateway: set.publicUrls.gateway ?? `http://localhost:${ports.gateway}`,
      // Another host name than the gateway's, so that cookies of one never reach the other.
      people: set.publicUrls.people ?? `http://127.0.0.1:${ports.pages}`,
    },
    upstream: set.upstream,
    idps: set.idps,
    databaseUrl: set.database.url,
    logLevel: set.log.level ?? 'info',
  }
}

async function readYaml(path: string, mustExist: boolean): Promise<Record<string, unknown>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (!mustExist && (cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new SettingsError(`${path} cannot be read`, { cause })
  }
  const content = parseYaml(path, text)
  if (typeof content === 'object' && !Array.isArray(content)) return (content ?? {}) as Record<string, unknown>
  throw new SettingsError(`${path} must hold settings such as "names:", not a list or a word.`)
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    throw new SettingsError(`${path} is not valid YAML: ${(cause as Error).message}`, { cause })
  }
}
