import { z } from 'zod'

export const proxySchema = z.object({
  /** http:// or https:// of the proxy itself, without credentials. */
  url: z.url({ protocol: /^https?$/ }),
  /** Sent to the proxy alone, as Basic. */
  credentials: z.object({ username: z.string(), password: z.string() }).optional(),
})
export type ProxyConfig = z.infer<typeof proxySchema>

/** How the hosts outside the box are reached. Holds the proxy's password, so only components that go outside are given it. */
export const outboundSchema = z.object({
  /** By the protocol of the address that is asked for. */
  proxies: z.object({ http: proxySchema.optional(), https: proxySchema.optional() }).prefault({}),
  /** Hosts that are asked directly: `host`, `.suffix`, `host:port`, networks such as `10.0.0.0/8`, or `*`. */
  noProxy: z.array(z.string().min(1)).max(1_000).default([]),
  /** PEM certificates of authorities that are trusted beside Node's own and NODE_EXTRA_CA_CERTS. */
  ca: z.array(z.string()).default([]),
})
export type OutboundConfig = z.infer<typeof outboundSchema>
