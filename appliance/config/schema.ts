import { z } from 'zod'
import { maxAgeSchema, trustedProxiesSchema } from '#common/config/index.ts'
import { policySchema } from '#common/policy/index.ts'
import { tarballBytesSchema } from '#common/tarball/limits.ts'
import { auditSchema } from '#gateway/audit-settings.ts'
import { downloadsSchema } from '#gateway/downloads-settings.ts'
import { stageSchema } from '#gateway/stage-settings.ts'
import { ciSchema, tokenPolicySchema } from '#gateway/token-settings.ts'
import { signInSchema } from '#pds/people/sign-in-settings.ts'

import { advisoriesSchema } from './advisories.ts'
import { defaultPorts, type PortName, portNames } from './components.ts'
import { idpsSchema } from './idp-settings.ts'
import { labelersSettings } from './labelers.ts'
import { notifySchema } from './notify.ts'
import { promotionSettings } from './promotion.ts'
import { provenanceSettingsSchema } from './provenance.ts'
import { publicNetworkSettings } from './public-network.ts'
import { storageSchema } from './storage.ts'
import { tarballsSchema } from './tarballs.ts'
import { networkOutside, upstreamSchema, upstreamsSchema } from './upstream-schema.ts'

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const portMeanings: Record<PortName, string> = {
  gateway: 'The one URL of package managers and browsers.',
  pages: 'Pages of the people PDS: sign-in and approvals.',
  idp: 'The demo identity provider.',
  directory: 'The private directory of identities.',
  org: 'The organisation PDS. Part of its identities: fixed by the first start.',
  people: 'The people PDS, inside. Part of its identities: fixed by the first start.',
  relay: 'The relay.',
  appview: 'The AppView.',
  edgeOrg: 'The public PDS of organisations. Used with `promotion`.',
  edgePeople: 'The public PDS of people. Used with `promotion`.',
  publicAppview: 'What the public gateway asks. Used with `promotion`.',
  publicGateway: 'Where strangers install what is public. Used with `promotion`.',
}

const port = (name: PortName) =>
  z.int().min(1).max(65535).optional().describe(portMeanings[name]).meta({ default: defaultPorts[name] })

const network = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/, 'is not 1 to 40 lower-case letters, digits and dashes')
      .default('atoll')
      .describe('Names the network and the identities of its components. Fixed by the first start.'),
    ...networkOutside,
  })
  .prefault({})
  .describe('The private network of this box, and its way to others.')

const names = z
  .strictObject({
    private: z
      .array(z.string().min(1))
      .max(10_000)
      .default([])
      .describe('Names never looked up outside, not even as a DNS query: `acme.com`, `@acme/*`, `left-pad`.'),
  })
  .prefault({})
  .describe('Names of packages.')

const handles = z
  .strictObject({
    people: z
      .string()
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'is not a domain name such as people.acme.com')
      .default('people.test')
      .describe('Ends the handles people get at their first sign-in: `alice` becomes `alice.people.test`.'),
  })
  .prefault({})
  .describe('Names of accounts.')

const ports = z
  .strictObject(
    Object.fromEntries(portNames.map((name) => [name, port(name)])) as Record<PortName, ReturnType<typeof port>>,
  )
  .prefault({})
  .describe('Where things listen, on loopback.')

const publicUrls = z
  .strictObject({
    gateway: z
      .url()
      .optional()
      .describe('What package managers are pointed at; `http://localhost:<ports.gateway>` when absent.'),
    people: z
      .url()
      .optional()
      .describe(
        'What browsers are sent to; `http://127.0.0.1:<ports.pages>` when absent. Another host than the gateway.',
      ),
  })
  .prefault({})
  .describe('What browsers and package managers use, when a proxy with TLS stands in front.')

const upstream = upstreamSchema
  .prefault({})
  .describe('The registry public packages come from; what npm on this machine is set up for when it has no url.')

const upstreams = upstreamsSchema
  .default([])
  .describe('Further registries, each with scopes of its own. What no other one has comes from `upstream`.')

const gateway = z
  .strictObject({
    cache: z
      .strictObject({
        maxBytes: z
          .int()
          .min(100 * 2 ** 20)
          .default(10 * 2 ** 30)
          .describe('Disk space for tarballs, in bytes. The least recently used go first.'),
      })
      .prefault({})
      .describe('What is kept of what was served.'),
    tarballs: tarballsSchema,
    trustedProxies: trustedProxiesSchema.describe(
      'Networks of the proxies in front of gateway and people PDS, such as `10.0.0.0/8`: what they say of a client’s address is believed. None: every client seems to be the proxy.',
    ),
  })
  .prefault({})
  .describe('The endpoint of package managers.')

const limits = z
  .strictObject({
    tarballBytes: tarballBytesSchema.describe(
      'Largest tarball that may be published, in bytes. A larger one is refused with 413, and nothing of it is kept.',
    ),
  })
  .prefault({})
  .describe('What bounds the network.')

const idps = idpsSchema
  .default([])
  .describe('Your identity providers; the demo one runs when there is none. See connect-your-idp.md.')

const approvals = z
  .strictObject({
    maxAgeSeconds: maxAgeSchema
      .default(0)
      .describe(
        'How long one second factor counts, in seconds: with 300, what is approved within five minutes needs it once, and a click each time. With 0, every approval needs it anew.',
      ),
  })
  .prefault({})
  .describe('What an approval takes. See monorepos.md.')

const database = z
  .strictObject({
    url: z
      .string()
      .startsWith('postgres', 'is not a postgres:// URL')
      .optional()
      .describe('`postgres://` URL of a role that may create roles and databases; the embedded server when absent.')
      .meta({ writeOnly: true }),
  })
  .prefault({})
  .describe('A Postgres server of your own.')

const log = z
  .strictObject({ level: z.enum(logLevels).default('info').describe('What is written down, from most to least.') })
  .prefault({})
  .describe('The log of the box.')

/** `atoll.yaml`: everything has a default, so an empty file (or none) is a working box. */
export const settingsFileSchema = z.strictObject({
  network,
  names,
  handles,
  ports,
  publicUrls,
  upstream,
  upstreams,
  publicNetwork: publicNetworkSettings,
  promotion: promotionSettings,
  advisories: advisoriesSchema,
  gateway,
  limits,
  idps,
  tokens: tokenPolicySchema,
  ci: ciSchema,
  stage: stageSchema,
  downloads: downloadsSchema,
  audit: auditSchema,
  notify: notifySchema,
  signIn: signInSchema,
  labelers: labelersSettings,
  policy: policySchema,
  approvals,
  provenance: provenanceSettingsSchema,
  database,
  storage: storageSchema,
  log,
})
export type SettingsFile = z.output<typeof settingsFileSchema>
