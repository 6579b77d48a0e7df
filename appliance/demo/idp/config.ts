import { z } from 'zod'
import type { IdpConfig } from '#common/config/index.ts'

/** The demo identity provider's own configuration; it is no part of the network and knows nothing of it. */
export const demoIdpConfigSchema = z.object({
  listen: z.object({ host: z.string(), port: z.int().min(0).max(65535) }),
  /** Exactly the `iss` of its tokens; `http://localhost:<port>` of where it listens when absent. */
  issuer: z.url().optional(),
  client: z.object({ secret: z.string().min(16), redirectUris: z.array(z.url()).min(1) }),
  /** What cookie keys and second factors are derived from, so that a restart keeps them. */
  seed: z.string().min(16),
  /** Private JWK that signs ID tokens. */
  signingKey: z.record(z.string(), z.string()),
  logLevel: z.string().default('info'),
})
export type DemoIdpConfig = z.output<typeof demoIdpConfigSchema>

export const demoClientId = 'atoll'

/** How the network is told about it: `mfa` in `amr` is what it says after password and one-time code. */
export function demoIdp(port: number, maxAgeSeconds = 0): IdpConfig {
  return {
    issuer: `http://localhost:${port}`,
    name: 'Demo',
    clientId: demoClientId,
    mfa: { request: { acr_values: 'mfa' }, claim: 'amr', accept: ['mfa'] },
    maxAgeSeconds,
  }
}
