import { z } from 'zod'
import { ciIssuersSchema } from '#common/ci/issuers.ts'
import { componentSchema } from '#common/config/index.ts'
import { databaseConfigSchema } from '#common/db/config.ts'
import { outboundSchema } from '#common/outbound/config.ts'
import { provenanceSchema } from '#common/provenance/config.ts'
import { tarballBytesSchema } from '#common/tarball/limits.ts'
import { blobConfigSchema } from './blobs/blob-config.ts'

/** Secrets of one PDS; the two roles share none. */
const pdsSchema = z.object({
  jwtSecret: z.string().min(16),
  adminPassword: z.string().min(16),
  /** secp256k1 private key, 32 bytes hex: signs the later operations of the DIDs hosted here. */
  rotationKeyHex: z.string().regex(/^[0-9a-f]{64}$/),
  /** did:key of a key that is kept offline; ranks above `rotationKeyHex` in every DID. */
  recoveryKey: z.string().startsWith('did:key:'),
  /** Domains of the handles given out here, each with its leading dot. */
  handleDomains: z.array(z.string().startsWith('.')).min(1),
})

/** What a PDS of any role is configured with; each role extends it. */
export const pdsHostSchema = componentSchema.extend({
  database: databaseConfigSchema,
  pds: pdsSchema,
  blobs: blobConfigSchema,
  tarballBytes: tarballBytesSchema,
  provenance: provenanceSchema.prefault({}),
  /** Whose jobs may publish, where an organisation trusts them. */
  ciIssuers: ciIssuersSchema,
  /** The way to the IdP, and to the issuers of CI tokens. */
  outbound: outboundSchema.prefault({}),
})
export type PdsHostConfig = z.infer<typeof pdsHostSchema>
