import { setTimeout as delay } from 'node:timers/promises'
import { AtollError } from '#common/errors/index.ts'
import { applyFrame, RelayError } from '../ingest/follow/apply-frame.ts'
import { openRelay } from '../ingest/follow/open-relay.ts'
import { readProgress, storeCursor, writeAlone } from '../ingest/write-alone.ts'
import type { Rebuild } from './context.ts'

/** The relay leaves out events of accounts that were taken down since; everything else it has at hand. */
const quietMs = 2_000

/**
 * Applies the relay's events up to one that the index in use has applied.
 * @param target its seq
 * @throws RebuildFailed when the relay is not there
 */
export async function followUntil({ ingest, network, auth, next }: Rebuild, target: number): Promise<void> {
  const { cursor } = await readProgress(next)
  let seq = cursor ?? 0
  if (seq >= target) return
  try {
    const stream = await openRelay(network, auth, seq)
    try {
      const frames = stream[Symbol.asyncIterator]()
      while (seq < target) {
        const frame = await Promise.race([frames.next(), delay(quietMs, undefined, { ref: false })])
        if (frame === undefined || frame.done === true) break
        seq = (await applyFrame(ingest, frame.value, seq)).seq
      }
    } finally {
      stream.destroy()
    }
  } catch (error) {
    if (error instanceof AtollError && !(error instanceof RelayError)) throw error
    throw new AtollError('RebuildFailed', { reason: 'the relay cannot be followed; run it again' }, error)
  }
  if (seq < target) await writeAlone(next, (tx) => storeCursor(tx, target))
}
