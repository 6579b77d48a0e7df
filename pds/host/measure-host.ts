import { counter, gauge, type Metrics, type Tally } from '#common/metrics/index.ts'
import type { HostInSight } from './watch-host.ts'
import { newestEvent } from './watch-host.ts'

export const hostInstruments = {
  head: gauge('atoll_pds_head_sequence', 'Number of the newest event of the firehose.'),
  writes: counter('atoll_pds_records_written_total', 'Records asked to be written, and what became of them.', [
    'collection',
    'outcome',
  ]),
} as const

/** What an operator wants to know of a PDS of any role, beside its requests. */
export function measureHost(
  metrics: Metrics,
  { pds }: Pick<HostInSight, 'pds'>,
  writes: Tally<'collection' | 'outcome'>,
): void {
  metrics.observe(hostInstruments.head, async () => (await newestEvent(pds))?.seq ?? 0)
  metrics.observe(hostInstruments.writes, () => writes.readings)
}
