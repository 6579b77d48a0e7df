import { encodeErrorFrame, encodeFrame } from '#common/sync/index.ts'
import { app } from '#lexicons'
import type { Update, Updates } from '../updates/updates.ts'
import { readers } from './context.ts'
import { type Subscription, sendFrame } from './subscriptions.ts'

/**
 * Tells caches what changed: from now on, or from a cursor. A cursor that is too old, or not ours, is refused: whoever
 * has it must forget everything and start without.
 */
export function subscribeUpdates({ updates }: { updates: Updates }): Subscription {
  return {
    nsid: app.npm.registry.subscribeUpdates.$nsid,
    allowed: readers,
    async begin(cursor) {
      const { first, last } = await updates.range()
      return async (reader, closed) => {
        if (cursor !== undefined && (cursor > last || cursor < first - 1)) {
          const code = cursor > last ? 'FutureCursor' : 'OutdatedCursor'
          reader.send(encodeErrorFrame(code, 'Forget what you have, and connect without a cursor.'))
          reader.close(1008, code)
          return
        }
        await updates.follow(cursor ?? last, closed, (update) => sendFrame(reader, frameOf(update)))
      }
    },
  }
}

function frameOf({ seq, kind, name, org }: Update): Uint8Array {
  return encodeFrame(`#${kind}`, { seq, ...(name === null ? {} : { name }), ...(org === null ? {} : { org }) })
}
