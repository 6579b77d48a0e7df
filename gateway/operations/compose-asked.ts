import type { Clock } from '#common/clock/index.ts'
import { type ComposedOperation, composeOperation } from '#common/operations/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import { operationLifetimeSeconds } from './asked-operation.ts'

/**
 * The operation as it will be signed. The time is the gateway's to say; everything else is in what was asked.
 * @throws InvalidOperation, InvalidName, InvalidVersion
 */
export function composeAsked(
  clock: Clock,
  { org, procedure, input }: { org: string; procedure: string; input: object },
): ComposedOperation & { write: BuiltRecord } {
  const now = clock.now()
  // Whatever it is, composing holds it to its lexicon.
  const draft = { ...input, createdAt: new Date(now).toISOString() } as Parameters<typeof composeOperation>[0]['input']
  return composeOperation({ org, procedure, input: draft, expiry: Math.floor(now / 1000) + operationLifetimeSeconds })
}
