import { z } from 'zod'
import { processSchema, selfSchema } from './component.ts'
import { peerSchema } from './network.ts'

/**
 * The two processes of the public face know each other and nobody inside. Their configuration names no component of a private network, so
 * whoever breaks into one of them finds no way in.
 */
export const publicFaceSchema = processSchema.extend({
  network: z.object({ peers: z.object({ gateway: peerSchema, appview: peerSchema }) }),
  self: selfSchema,
  /** Where strangers find the public gateway, without a slash at its end: tarballs are under it. */
  publicUrl: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
})
