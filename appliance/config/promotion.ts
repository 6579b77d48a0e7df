import { z } from 'zod'
import { crossPublishSettings } from './cross-publish.ts'
import type { Ports } from './ports.ts'

const origin = z
  .url({ protocol: /^https?$/ })
  .refine((url) => /^\/?$/.test(new URL(url).pathname + new URL(url).search), 'is more than scheme, host and port')
  .transform((url) => new URL(url).origin)

const domain = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'is not a domain or host in lower case')
const domains = z.array(domain).max(100).default([])

/** `promotion`: packages that are open-sourced. */
export const promotionSettings = z
  .strictObject({
    publicUrls: z
      .strictObject({
        gateway: origin
          .optional()
          .describe('Where strangers install; `http://localhost:<ports.publicGateway>` when absent.'),
        org: origin
          .optional()
          .describe('The public PDS of organisations. Part of public identities: fixed by the first promotion.'),
        people: origin
          .optional()
          .describe(
            'The public PDS of people, on another host. Part of public identities: fixed by the first promotion.',
          ),
      })
      .prefault({})
      .describe('How the public face is reached from outside; a proxy with TLS stands in front.'),
    internalDomains: domains.describe(
      'Domains nobody outside should hear of, with all below them, such as `corp.acme.com`.',
    ),
    publicHosts: domains.describe('Hosts below them that everybody may know, such as `docs.acme.com`.'),
    mailDomains: domains.describe('What the mail addresses of the company end in: they are not published unasked.'),
    crossPublish: crossPublishSettings.optional(),
  })
  .optional()
  .describe(
    'Open-sourcing packages: the public PDSes and the public gateway. Nothing becomes public when absent. See promotion.md.',
  )
export type PromotionSettings = NonNullable<z.output<typeof promotionSettings>>

/** Where the public face is, as strangers see it. */
export function publicFaceUrls(
  { publicUrls }: PromotionSettings,
  ports: Ports,
): { gateway: string; org: string; people: string } {
  return {
    gateway: publicUrls.gateway ?? `http://localhost:${ports.publicGateway}`,
    org: publicUrls.org ?? `http://localhost:${ports.edgeOrg}`,
    people: publicUrls.people ?? `http://localhost:${ports.edgePeople}`,
  }
}
