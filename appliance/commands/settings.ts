import type { Settings, SettingsSource } from '#appliance/config/index.ts'

/**
 * As `readSettings` of `appliance/config`, which knows every component's settings: reading all that takes a second, so it is read when it is
 * needed, and not for `--help` or a wrong word.
 */
export async function readSettings(source: SettingsSource): Promise<Settings> {
  const config = await import('#appliance/config/index.ts')
  return config.readSettings(source)
}
