import { z } from 'zod'
import { idpSchema } from '#common/config/index.ts'
import { portNames } from './components.ts'

const port = z.int().min(1).max(65535)
const handle = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'is not a domain name such as people.acme.com')

/** `atoll.yaml`: everything has a default, so an empty file (or none) is a working box. */
export const settingsFileSchema = z.strictObject({
  /** Names the network in its private directory's marker; fixed by the first start. */
  network: z
    .strictObject({ name: z.string().regex(/^[a-z0-9-]{1,40}$/) })
    .partial()
    .prefault({}),
  names: z
    .strictObject({
      /** Names that are never looked up outside: `acme.com`, `@acme/*`, `left-pad`. */
      private: z.array(z.string().min(1)).max(10_000),
    })
    .partial()
    .prefault({}),
  /** Ends the handles people get at their first sign-in: `alice` becomes `alice.<suffix>`. */
  handles: z.strictObject({ people: handle }).partial().prefault({}),
  ports: z
    .strictObject(Object.fromEntries(portNames.map((name) => [name, port])))
    .partial()
    .prefault({}),
  /** What browsers and package managers use, when a proxy with TLS stands in front. */
  publicUrls: z.strictObject({ gateway: z.url(), people: z.url() }).partial().prefault({}),
  /** Where public packages come from; what npm on this machine is set up for when absent. */
  upstream: z
    .strictObject({ url: z.url(), token: z.string().min(1) })
    .partial()
    .prefault({}),
  /** Identity providers; the demo one when there is none. */
  idps: z
    .array(idpSchema.extend({ clientSecret: z.string().min(1) }).strict())
    .max(20)
    .default([]),
  /** A Postgres server of your own: postgres:// URL of a role that may create roles and databases. */
  database: z
    .strictObject({ url: z.string().startsWith('postgres') })
    .partial()
    .prefault({}),
  log: z
    .strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']) })
    .partial()
    .prefault({}),
})
export type SettingsFile = z.output<typeof settingsFileSchema>
