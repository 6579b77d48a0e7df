import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { PersonalGateway } from '#appliance/admin/index.ts'
import { configuredRegistry } from '#appliance/config/npmrc.ts'
import { UsageError } from '#appliance/failures.ts'
import { registryUrl } from './registry-url.ts'
import { findToken, openSession } from './session.ts'
import { userNpmrc } from './user-npmrc.ts'

export interface PersonalOptions {
  registry?: string
  token?: string
}

/**
 * What a command begins with that somebody runs in their own name, from wherever they are: it needs their token, and no key of the box.
 * @param scope of the package it is about, such as `@acme.com`
 * @throws UsageError when it is not clear which registry is meant, or there is no token
 */
export async function openPersonalSession(
  command: Command,
  { registry, token }: PersonalOptions,
  scope?: string,
): Promise<PersonalGateway> {
  const url = registry === undefined ? await findRegistry(command, scope) : registryUrl(registry)
  return { url, token: await findToken(url, token) }
}

/**
 * The box in this folder, else what npm is told. Not by a project's .npmrc: whoever wrote that would learn a token that ATOLL_TOKEN holds.
 * @throws UsageError
 */
async function findRegistry(command: Command, scope: string | undefined): Promise<string> {
  const { NoBox } = await import('#appliance/admin/index.ts')
  const here = await openSession(command).catch((error: unknown) => {
    if (error instanceof NoBox) return undefined
    throw error
  })
  if (here !== undefined) return here.settings.publicUrls.gateway
  const { env } = process
  const content = await readFile(userNpmrc(), 'utf8').catch(() => '')
  const found = configuredRegistry(content, scope, env) ?? env['npm_config_registry']
  if (found !== undefined && found !== '') return registryUrl(found)
  throw new UsageError(
    `Which registry? There is no box in this folder, and ${userNpmrc()} names none: say it with --registry <url>.`,
  )
}
