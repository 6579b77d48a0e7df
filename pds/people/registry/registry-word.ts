import { AtollError } from '#common/errors/index.ts'
import { type ClaimableName, type RegistryWord, scopeKey, whatRegistrySays } from '#common/names/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

/** What the flows about names work with. */
export type Registry = Pick<PeopleContext, 'host' | 'db' | 'config' | 'clock' | 'proofs' | 'appview'>

/** @throws InvalidRequest for what is no organisation of the registry */
export async function checkRegistered({ host, config }: Registry, org: string): Promise<void> {
  const registered = await host.findRecord(config.registry.did, app.npm.registry.org.main.$type, org)
  if (registered === undefined) throw invalid(`${org} is no organisation of this registry`)
}

/** What the registry says of a name itself. */
export async function registryWord(registry: Registry, key: string): Promise<RegistryWord | undefined> {
  const { host, config } = registry
  const [grant, change] = await Promise.all(
    [app.npm.name.grant.main.$type, app.npm.name.change.main.$type].map((collection) =>
      host.findRecord(config.registry.did, collection, key),
    ),
  )
  return whatRegistrySays({
    grant: grant && app.npm.name.grant.main.parse(grant.record),
    change: change && app.npm.name.change.main.parse(change.record),
  })
}

/** Whom the registry gave a name last, by itself or with its scope; undefined when nobody. */
export async function holderOf(registry: Registry, { key, scope, whole }: ClaimableName): Promise<string | undefined> {
  const word = await registryWord(registry, key)
  if (word !== undefined || whole || scope === undefined) return word?.org
  return (await registryWord(registry, scopeKey(scope)))?.org
}

export function invalid(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}
