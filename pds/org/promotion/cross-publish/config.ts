import { z } from 'zod'

/** Another registry that gets what is public here. Holds a token, so only the org PDS is given it. */
export const crossPublishSchema = z.object({
  /** Without a slash at its end. */
  registry: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  token: z.string().min(1),
})
export type CrossPublishConfig = z.infer<typeof crossPublishSchema>
