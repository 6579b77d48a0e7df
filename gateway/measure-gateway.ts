import { counter, gauge, type Metrics, type Reading, type Tally } from '#common/metrics/index.ts'
import type { GatewayContext } from './context.ts'

export const gatewayInstruments = {
  tokens: counter('atoll_gateway_token_lookups_total', 'Tokens that requests came with.', ['outcome']),
  caches: counter(
    'atoll_gateway_cache_requests_total',
    'What was asked of the caches: of names, versions (private and upstream), packuments and tarballs.',
    ['cache', 'result'],
  ),
  proofs: counter(
    'atoll_gateway_proofs_total',
    'Private versions about to be served: proven to be what the organisation published and a person attested, now or before; or not.',
    ['outcome'],
  ),
  subscription: gauge(
    'atoll_gateway_subscription_live',
    '1 while the AppView’s changes are heard: else nothing cached counts.',
  ),
  parkedOperations: gauge('atoll_gateway_parked_operations', 'Operations that wait for an approval.'),
  parkedBytes: gauge('atoll_gateway_parked_bytes', 'Of their uploads.'),
  tarballs: gauge('atoll_gateway_tarballs', 'Tarballs in the cache.'),
  tarballBytes: gauge('atoll_gateway_tarball_bytes', 'Of the tarballs in the cache.'),
} as const

/** What an operator wants to know of a gateway, beside its requests. */
export function measureGateway(metrics: Metrics, context: GatewayContext): void {
  const { tokens, lookup, packuments, tarballs, proofs, updates, ceremony } = context
  const caches = { ...lookup.caches, packuments: packuments.cache, tarballs }
  metrics.observe(gatewayInstruments.tokens, () => tokens.tally.readings)
  metrics.observe(gatewayInstruments.caches, () =>
    Object.entries(caches).flatMap(([cache, { tally }]) => labelled(tally, cache)),
  )
  metrics.observe(gatewayInstruments.proofs, () => proofs.tally.readings)
  metrics.observe(gatewayInstruments.subscription, () => (updates.live ? 1 : 0))
  metrics.observe(gatewayInstruments.parkedOperations, async () => (await ceremony.waiting())['parked.operations'])
  metrics.observe(gatewayInstruments.parkedBytes, async () => (await ceremony.waiting())['parked.bytes'])
  metrics.observe(gatewayInstruments.tarballs, () => tarballs.usage.files)
  metrics.observe(gatewayInstruments.tarballBytes, () => tarballs.usage.bytes)
}

function labelled(tally: Tally<'result'>, cache: string): Reading<'cache' | 'result'>[] {
  return tally.readings.map(({ labels, value }) => ({ labels: { ...labels, cache }, value }))
}
