import { recordUri } from '#common/records/index.ts'
import type { EffectiveRight } from '../ledger/rights-history.ts'
import type { TrustedPublisherValue } from '../schema/index.ts'

/** The trusted publishers of an organisation that are in effect, by the at-URI of their record. */
export function trustedPublishers(
  org: string,
  effective: readonly EffectiveRight[],
): ReadonlyMap<string, TrustedPublisherValue> {
  const found = new Map<string, TrustedPublisherValue>()
  for (const { collection, rkey, value } of effective) {
    if (value.kind !== 'trustedPublisher' || value.retired) continue
    found.set(recordUri(org, collection, rkey), value)
  }
  return found
}
