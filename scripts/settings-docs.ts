import { settingsJsonSchema, settingsReference } from '#appliance/config/describe/index.ts'

/** What is made of the schema of the settings: path below the repository → content. */
export function settingsDocs(): Record<string, string> {
  return {
    'docs/atoll.schema.json': `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`,
    'docs/configuration.md': settingsReference(),
  }
}
