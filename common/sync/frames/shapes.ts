import { CidLinkWrapper } from '@atcute/cbor'
import { BytesWrapper } from '@atcute/cbor/bytes'
import { isValidTid } from '@atproto/syntax'
import { z } from 'zod'

// By class, not by shape: a map that merely looks like {"$link": …} is data, and would change when encoded again.
const cid = z.instanceof(CidLinkWrapper).transform((link) => link.$link)
const bytes = z.instanceof(BytesWrapper).transform((wrapper) => wrapper.buf)
const did = z.string().startsWith('did:').max(2048)
const rev = z.string().refine(isValidTid)
const seq = z.int().positive()
const time = z.string().max(64)

const op = z.object({
  action: z.enum(['create', 'update', 'delete']),
  path: z.string().min(3).max(1024),
  cid: cid.nullable(),
  prev: cid.nullish(),
})

/** Bodies of the events of com.atproto.sync.subscribeRepos, by the `t` of the frame's header. Unknown fields are let by. */
export const bodies = {
  '#commit': z.object({
    seq,
    time,
    repo: did,
    commit: cid,
    rev,
    since: z.string().nullish(),
    blocks: bytes,
    ops: z.array(op),
    prevData: cid.nullish(),
  }),
  '#sync': z.object({ seq, time, did, rev, blocks: bytes }),
  '#identity': z.object({ seq, time, did, handle: z.string().max(512).optional() }),
  '#account': z.object({ seq, time, did, active: z.boolean(), status: z.string().max(64).optional() }),
  '#info': z.object({ name: z.string().max(256), message: z.string().max(4096).optional() }),
}

export const header = z.union([z.object({ op: z.literal(1), t: z.string().max(256) }), z.object({ op: z.literal(-1) })])
export const errorBody = z.object({ error: z.string().max(256), message: z.string().max(4096).optional() })

export type CommitEvent = z.output<(typeof bodies)['#commit']>
export type CommitEventOp = CommitEvent['ops'][number]
export type SyncEvent = z.output<(typeof bodies)['#sync']>
export type IdentityEvent = z.output<(typeof bodies)['#identity']>
export type AccountEvent = z.output<(typeof bodies)['#account']>
export type InfoEvent = z.output<(typeof bodies)['#info']>
