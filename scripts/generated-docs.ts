import { settingsJsonSchema, settingsReference } from '#appliance/config/describe/index.ts'
import { metricsReference } from './metrics-docs.ts'
import { promotionReference } from './promotion-docs.ts'

/** What is made of the schema of the settings and of the declared metrics: path below the repository → content. */
export function generatedDocs(): Record<string, string> {
  return {
    'docs/atoll.schema.json': `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`,
    'docs/configuration.md': settingsReference(),
    'docs/metrics.md': metricsReference(),
    'docs/promotion-checks.md': promotionReference(),
  }
}
