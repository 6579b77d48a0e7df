import { gauge, type Metrics } from '#common/metrics/index.ts'
import type { Promotions } from './promotion/index.ts'

export const orgInstruments = {
  promotions: gauge(
    'atoll_promotions',
    'Promotions as the last round found them: decision (somebody has to approve it), work (approved, and not public yet), public, withdrawn; problem counts those of any of these that something stops, worth an alert when it stays above 0. Absent where nothing is made public.',
    ['state'],
  ),
} as const

/** What an operator wants to know of the org PDS, beside its requests and writes. */
export function measureOrg(metrics: Metrics, promotions: Promotions | undefined): void {
  if (promotions === undefined) return
  metrics.observe(orgInstruments.promotions, () => promotions.promoter.readings())
}
