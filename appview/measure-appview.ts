import { counter, gauge, histogram, type Metrics } from '#common/metrics/index.ts'
import { countStates } from './ingest/repos.ts'
import { readProgress } from './ingest/write-alone.ts'
import { countMirrored, type Mirror } from './mirror/index.ts'
import type { Db } from './schema/index.ts'
import type { AppViewInSight } from './watch-appview.ts'

export const appviewInstruments = {
  events: counter('atoll_appview_events_total', 'Events of the relay that were applied.', ['kind']),
  delay: histogram('atoll_appview_event_delay_seconds', 'From when a PDS wrote an event to when the index had it.'),
  position: gauge('atoll_appview_sequence', 'Number of the relay’s newest event in the index.'),
  connected: gauge('atoll_appview_relay_connected', '1 while the relay is followed.'),
  repositories: gauge('atoll_appview_repositories', 'Repositories by how well they are known.', ['state']),
  judgements: counter(
    'atoll_appview_judgements_total',
    'Attested versions that were judged by the rights in effect. A "not yet" is asked again when rights change.',
    ['outcome'],
  ),
  packuments: counter('atoll_appview_packuments_rendered_total', 'Packages whose packuments were rendered.'),
  upstream: counter('atoll_upstream_requests_total', 'Requests to registries outside.', ['registry', 'outcome']),
  labels: counter(
    'atoll_appview_labels_total',
    'Labels of labelers outside, by what became of them: kept, irrelevant, or why they were dropped.',
    ['labeler', 'outcome'],
  ),
  labelers: gauge('atoll_appview_labeler_connected', '1 while a labeler outside is followed.', ['labeler']),
  publicRelays: gauge('atoll_appview_public_relay_connected', '1 while a public relay is followed.', ['relay']),
  publicPosition: gauge('atoll_appview_public_sequence', 'Number of the newest event that was looked at.', ['relay']),
  publicEvents: counter(
    'atoll_appview_public_events_total',
    'Events of public relays, by what became of them: skipped, since they are of nobody who publishes, or applied.',
    ['relay', 'outcome'],
  ),
  mirrored: gauge(
    'atoll_appview_public_mirrored',
    'What is mirrored of the public network: accounts, those whose repository waits to be read, those with a verified handle, packages, those that wait to be rendered.',
    ['what'],
  ),
  upstreamWaiting: gauge('atoll_upstream_requests_waiting', 'Packuments that wait for their turn.', ['registry']),
} as const

/** What an operator wants to know of an AppView. */
export function measureAppView(
  metrics: Metrics,
  { database, ingest, upstream, labelers, mirror, tallies }: AppViewInSight,
): void {
  const { db } = database
  metrics.observe(appviewInstruments.events, () => tallies.events.readings)
  metrics.observe(appviewInstruments.position, async () => (await readProgress(db)).cursor ?? 0)
  metrics.observe(appviewInstruments.connected, () => (ingest.connected ? 1 : 0))
  metrics.observe(appviewInstruments.repositories, async () =>
    (await countStates(db)).map(({ state, count: value }) => ({ labels: { state }, value })),
  )
  metrics.observe(appviewInstruments.judgements, () => tallies.judgements.readings)
  metrics.observe(appviewInstruments.packuments, () => tallies.packuments.readings)
  metrics.observe(appviewInstruments.upstream, () =>
    upstream.registries.flatMap(({ name: registry, health }) =>
      health.tally.readings.map(({ labels, value }) => ({ labels: { ...labels, registry }, value })),
    ),
  )
  metrics.observe(appviewInstruments.labels, () =>
    labelers.followers.flatMap(({ did: labeler, tally }) =>
      tally.readings.map(({ labels, value }) => ({ labels: { ...labels, labeler }, value })),
    ),
  )
  metrics.observe(appviewInstruments.labelers, () =>
    labelers.followers.map(({ did: labeler, connected }) => ({ labels: { labeler }, value: connected ? 1 : 0 })),
  )
  metrics.observe(appviewInstruments.upstreamWaiting, () =>
    upstream.registries.map(({ name: registry, waiting }) => ({ labels: { registry }, value: waiting })),
  )
  if (mirror !== undefined) measureMirror(metrics, mirror, db)
}

function measureMirror(metrics: Metrics, { followers }: Mirror, db: Db): void {
  metrics.observe(appviewInstruments.publicRelays, () =>
    followers.map(({ url: relay, connected }) => ({ labels: { relay }, value: connected ? 1 : 0 })),
  )
  metrics.observe(appviewInstruments.publicPosition, () =>
    followers.map(({ url: relay, position }) => ({ labels: { relay }, value: position.seq })),
  )
  metrics.observe(appviewInstruments.publicEvents, () =>
    followers.flatMap(({ url: relay, counts }) =>
      Object.entries(counts).map(([outcome, value]) => ({ labels: { relay, outcome }, value })),
    ),
  )
  metrics.observe(appviewInstruments.mirrored, async () =>
    Object.entries(await countMirrored(db)).map(([figure, value]) => ({
      labels: { what: figure.replace('public.', '') },
      value,
    })),
  )
}
