import { z } from 'zod'
import { peerSchema } from '#common/config/index.ts'

/** The edge PDS of one role, as the inside PDS of that role knows it. What is public of it is pinned here, so that a broken edge cannot choose. */
export const edgePeerSchema = peerSchema.extend({
  /** What public identities name as their PDS. */
  endpoint: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
  /** did:key, kept offline: ranks above the edge's own key in every public identity. */
  recoveryKey: z.string().startsWith('did:key:'),
})
export type EdgePeer = z.infer<typeof edgePeerSchema>
