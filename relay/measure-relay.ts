import { counter, gauge, histogram, type Metrics } from '#common/metrics/index.ts'
import type { RelayInSight } from './watch-relay.ts'

export const relayInstruments = {
  events: counter('atoll_relay_events_total', 'Events read from the PDSes.', ['host', 'kind']),
  dropped: counter('atoll_relay_events_dropped_total', 'Events that did not verify, and why.', ['reason']),
  delay: histogram(
    'atoll_relay_event_delay_seconds',
    'From when a PDS wrote an event to when it was stored here, which is when subscribers get it.',
  ),
  head: gauge('atoll_relay_head_sequence', 'Number of the newest event.'),
  position: gauge('atoll_relay_host_sequence', 'Number of a PDS’ newest event that was read.', ['host']),
  connected: gauge('atoll_relay_host_connected', '1 while the firehose of a PDS is open.', ['host']),
  subscribers: gauge('atoll_relay_subscribers', 'Who reads the firehose.'),
  leading: gauge('atoll_relay_leading', '1 in the one relay that writes, 0 in a standby.'),
} as const

/** What an operator wants to know of a relay. */
export function measureRelay(metrics: Metrics, inSight: RelayInSight): void {
  const { log, drops, arrivals, subscribers, following } = inSight
  metrics.observe(relayInstruments.events, () => arrivals.readings)
  metrics.observe(relayInstruments.dropped, () =>
    Object.entries(drops.counts).map(([reason, value]) => ({ labels: { reason }, value })),
  )
  metrics.observe(relayInstruments.head, async () => (await log.newest())?.seq ?? 0)
  metrics.observe(relayInstruments.position, () =>
    following().map(({ url: host, position }) => ({ labels: { host }, value: position.seq })),
  )
  metrics.observe(relayInstruments.connected, () =>
    following().map(({ url: host, connected }) => ({ labels: { host }, value: connected ? 1 : 0 })),
  )
  metrics.observe(relayInstruments.subscribers, () => subscribers.count)
  metrics.observe(relayInstruments.leading, () => (following().length > 0 ? 1 : 0))
}
