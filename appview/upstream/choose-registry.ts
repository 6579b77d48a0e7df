import type { PackageName } from '#common/names/index.ts'
import type { UpstreamConfig } from '../config.ts'

/**
 * The one registry a name of the outside is looked for in: that of its scope, else the default. There is no second one
 * to fall through to, so a name of a scope with a registry of its own is never asked for elsewhere.
 */
export function chooseRegistry<Registry extends Pick<UpstreamConfig, 'scopes'>>(
  { scope }: Pick<PackageName, 'scope'>,
  registries: readonly Registry[],
): Registry | undefined {
  const own = registries.find(({ scopes }) => scopes !== 'default' && scopes.includes(`@${scope}`))
  return own ?? registries.find(({ scopes }) => scopes === 'default')
}
