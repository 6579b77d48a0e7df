import { AtollError } from '#common/errors/index.ts'
import { isRetirable, maxVersionsAtOnce, retire, retirementHours } from '#common/operations/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { PlannedOperation } from './change-package.ts'
import type { SentDocument } from './read-sent-document.ts'

/**
 * Withdraws versions; npm calls it unpublishing. Those that are too old are refused before anybody is asked.
 * @param about.document as it is now: its times are those of the AppView's first sight
 * @throws TooOldToRetire, InvalidRequest
 */
export function planRetirement(
  { clock }: Pick<GatewayContext, 'clock'>,
  { name, versions, document }: { name: string; versions: readonly string[]; document: SentDocument },
): PlannedOperation {
  if (versions.length > maxVersionsAtOnce) throw tooMany(versions.length)
  const times = (document['time'] ?? {}) as Record<string, string>
  const old = versions.filter((version) => !isRetirable(new Date(times[version] ?? 0), clock.now()))
  if (old.length > 0) {
    throw new AtollError('TooOldToRetire', {
      package: name,
      versions: old.slice(0, 5).join(', '),
      hours: retirementHours,
    })
  }
  return { procedure: retire.procedure, input: { name, versions } }
}

/** @throws InvalidRequest */
export function tooMany(count: number): AtollError {
  const reason = `it is about ${count} versions, and ${maxVersionsAtOnce} can be changed at once: name fewer, by a range`
  return new AtollError('InvalidRequest', { reason })
}
