import { encode } from '@atproto/lex-cbor'
import type { LexValue } from '@atproto/lex-data'
import { labelToWire } from '#common/labels/index.ts'
import { encodeErrorFrame } from '#common/sync/index.ts'
import { com } from '#lexicons'
import { administrators } from '../../xrpc/context.ts'
import { type Subscription, sendFrame } from '../../xrpc/subscriptions.ts'
import type { GivenRow } from '../given.ts'
import type { Labeler } from '../labeler.ts'
import type { LabelStream } from '../stream.ts'

/** What the company's labeler says, from now on or from a cursor (https://atproto.com/specs/label). */
export function subscribeLabels(labeler: Labeler, stream: LabelStream): Subscription {
  return {
    nsid: com.atproto.label.subscribeLabels.$nsid,
    allowed: administrators,
    async begin(cursor) {
      const { first, last } = await stream.range()
      return async (reader, closed) => {
        if (cursor !== undefined && cursor > last) {
          reader.send(encodeErrorFrame('FutureCursor', 'This is not a cursor of this labeler: start from 0.'))
          reader.close(1008, 'FutureCursor')
          return
        }
        // What is before the first one, this ledger never had.
        if (cursor !== undefined && cursor < first - 1)
          await sendFrame(reader, frame('#info', { name: 'OutdatedCursor' }))
        await stream.follow(cursor ?? last, closed, async (row) => sendFrame(reader, await labelsFrame(labeler, row)))
      }
    },
  }
}

async function labelsFrame(labeler: Labeler, row: GivenRow): Promise<Uint8Array> {
  return frame('#labels', { seq: row.seq ?? 0, labels: [labelToWire(await labeler.signedNow(row))] })
}

/** https://atproto.com/specs/event-stream */
function frame(t: string, body: object): Uint8Array {
  return Buffer.concat([encode({ op: 1, t }), encode(body as LexValue)])
}
