import type { CrossPublishConfig } from '#pds/org/promotion/cross-publish/config.ts'
import { publicFaceUrls } from './promotion.ts'
import { readSecret, type SecretPlace } from './read-secret.ts'
import type { Settings } from './settings.ts'
import { SettingsError } from './settings-error.ts'

/** @throws SettingsError when the token is not where it should be, or the registry is this box */
export async function readCrossPublish(
  { promotion, publicUrls, ports }: Pick<Settings, 'promotion' | 'publicUrls' | 'ports'>,
  place: SecretPlace,
): Promise<CrossPublishConfig | undefined> {
  const { crossPublish } = promotion ?? {}
  if (promotion === undefined || crossPublish === undefined) return undefined
  const { registry, tokenFile: file, tokenEnv: env } = crossPublish
  const own = [publicUrls.gateway, publicFaceUrls(promotion, ports).gateway]
  if (own.some((url) => new URL(url).origin === new URL(registry).origin)) {
    throw new SettingsError('promotion.crossPublish.registry: that is this box, which has the versions already.')
  }
  const setting = `promotion.crossPublish.${file === undefined ? 'tokenEnv' : 'tokenFile'}`
  const token = await readSecret({ setting, file, env }, place)
  if (token === undefined) throw new SettingsError(`${setting} is missing.`)
  return { registry: registry.replace(/\/+$/, ''), token }
}
