import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn } = about('firehose')

/** An event that does not verify is a broken PDS, or somebody who tries. */
export const checkDroppedEvents: Check = ({ status: { figures } }) => {
  const relay = figures.filter(({ component }) => component === 'relay')
  if (relay.length === 0) return []
  const dropped = relay.filter(({ figure, value }) => figure.startsWith('dropped.') && value > 0)
  if (dropped.length === 0) return [ok('every event verified since the relay started')]
  const reasons = dropped.map(({ figure, value }) => `${figure.slice('dropped.'.length)} ${value}`).join(', ')
  return [
    warn(
      `the relay dropped events that did not verify (${reasons})`,
      'look for "event dropped" in data/logs/atoll.log',
    ),
  ]
}
