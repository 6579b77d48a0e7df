import { z } from 'zod'

/** Whose word about builds counts. The same for every component of a network, or they would build different records. */
export const provenanceSchema = z.object({
  /** Sigstore's public-good instance, which signs for builds on github.com and gitlab.com. */
  publicGood: z.boolean().default(true),
  /** Trusted roots of private Sigstore instances: the text of their `trusted_root.json`. */
  trustRoots: z
    .array(z.string().max(2 ** 20))
    .max(20)
    .default([]),
})
export type ProvenanceConfig = z.infer<typeof provenanceSchema>
