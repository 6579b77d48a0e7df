import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { readJsonIfThere, writePrivateJson } from '#appliance/files/private-json.ts'
import { registryToken } from './npmrc.ts'
import type { Settings } from './settings.ts'
import { SettingsError } from './settings-error.ts'

export interface Upstream {
  url: string
  token?: string | undefined
  /** PEM file of authorities npm trusts beside Node's. */
  caFile?: string | undefined
}

const npmConfigSchema = z.object({
  registry: z.url(),
  cafile: z.string().nullish(),
  userconfig: z.string().nullish(),
  globalconfig: z.string().nullish(),
})

const rememberedSchema = z.object({ url: z.url() })

/**
 * Where public packages come from: as set, else whatever npm on this machine is set up for, credentials included.
 * Whoever points npm at this box, as one should, would make it its own upstream: then it is what it was before.
 */
export async function findUpstream(settings: Settings, cwd: string, env: NodeJS.ProcessEnv): Promise<Upstream> {
  const npm = await askNpm(cwd, env)
  const { url: set, token } = settings.upstream
  const url = set ?? (await registryOf(npm, settings))
  const caFile = npm?.cafile ?? undefined
  return { url, token: token ?? (await findToken(url, npm, env)), caFile }
}

type NpmConfig = z.output<typeof npmConfigSchema>

async function askNpm(cwd: string, env: NodeJS.ProcessEnv): Promise<NpmConfig | undefined> {
  try {
    const { stdout } = await promisify(execFile)('npm', ['config', 'list', '--json'], { cwd, env, timeout: 10_000 })
    return npmConfigSchema.parse(JSON.parse(stdout))
  } catch {
    // No npm here, as in a container: then the setting is asked for.
    return undefined
  }
}

async function registryOf(npm: NpmConfig | undefined, settings: Settings): Promise<string> {
  const file = join(settings.dataDir, 'upstream.json')
  const own = [settings.publicUrls.gateway, `http://127.0.0.1:${settings.ports.gateway}`].map(originOf)
  if (npm !== undefined && !own.includes(originOf(npm.registry))) {
    await writePrivateJson(file, { url: npm.registry })
    return npm.registry
  }
  const remembered = rememberedSchema.safeParse(await readJsonIfThere(file))
  if (remembered.success) return remembered.data.url
  throw new SettingsError(
    npm === undefined
      ? 'Where public packages come from is not known: npm does not answer here. Set upstream.url in atoll.yaml.'
      : `npm on this machine uses ${npm.registry}, which is this box. Set upstream.url in atoll.yaml to where public packages come from.`,
  )
}

function originOf(url: string): string {
  return new URL(url).origin
}

async function findToken(url: string, npm: NpmConfig | undefined, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const file of [npm?.userconfig, npm?.globalconfig]) {
    const content = file == null ? '' : await readFile(file, 'utf8').catch(() => '')
    const token = registryToken(content, url, env)
    if (token !== undefined) return token
  }
  return undefined
}
