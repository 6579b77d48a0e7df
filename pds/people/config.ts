import { z } from 'zod'
import { trustedProxiesSchema } from '#common/config/index.ts'
import { pdsHostSchema } from '#pds/host/config.ts'
import { projectionSchema } from './promotion/config.ts'
import { signInSchema } from './sign-in-settings.ts'

/** The people PDS: a PDS host, the registry's account, and pages for browsers. */
export const peopleConfigSchema = pdsHostSchema.extend({
  /** The account that names organisations and their first managers; its genesis is drawn at installation. */
  registry: z.object({
    did: z.string().startsWith('did:plc:'),
    handle: z.string(),
    /** secp256k1 private key of its genesis operation, 32 bytes hex. */
    privateKeyHex: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** Where browsers and npm's polling come in: the only listener they can reach; its address is `publicUrls.people`. */
  pages: z.object({
    host: z.string().default('127.0.0.1'),
    port: z.int().min(0).max(65535),
    /** Networks of the proxies in front: what they say about a browser's address is believed. */
    trustedProxies: trustedProxiesSchema,
  }),
  /** Issuer → client secret; an IdP without one knows this client as public (PKCE alone). */
  idpClientSecrets: z.record(z.string(), z.string()).default({}),
  signIn: signInSchema,
  /** Whether it is remembered where people read mail, so that they can be told of what is done in their name. */
  keepAddresses: z.boolean().default(false),
  /** How often organisations are looked at for a changed handle, whose scope they keep. */
  handleCheckMs: z.int().min(100).default(60_000),
  /** What people's handles end in, such as `people.test`. */
  handleSuffix: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/),
  /** Absent: nobody is named in public. */
  promotion: projectionSchema.optional(),
})
export type PeopleConfig = z.infer<typeof peopleConfigSchema>
