import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { monitoringSchema } from '#common/monitoring/config.ts'
import { networkSchema } from './network.ts'

/** What every process that listens is configured with. */
export const processSchema = z.object({
  listen: z.object({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65535) }),
  /** Nobody may look into it when absent. */
  monitoring: monitoringSchema.optional(),
  /** Where it keeps files; nobody else reads there. */
  dataDir: z.string().min(1),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

/** A component's own service identity. */
export const selfSchema = z.object({
  did: z.string().startsWith('did:web:'),
  /** P-256 private key, 32 bytes hex. */
  privateKeyHex: z.string().regex(/^[0-9a-f]{64}$/),
})

/** What the own configuration of every component of a private network has; each adds its fields with `.extend({…})`. */
export const componentSchema = processSchema.extend({ network: networkSchema, self: selfSchema })
export type ComponentConfig = z.infer<typeof componentSchema>

/** Networks such as `10.0.0.0/8`, or single addresses. None: `X-Forwarded-For` is whatever the client wants it to be. */
export const trustedProxiesSchema = z
  .array(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]))
  .max(100)
  .default([])

/**
 * Reads a component's configuration file: JSON of mode 0600, written by the appliance or mounted into a container.
 * @param env its DATABASE_URL stands over the one in the file, since operators of Postgres hand out URLs that way
 * @throws Error naming each wrong field, without its value: values may be secrets.
 */
export async function loadComponentConfig<T extends z.ZodType>(
  file: string,
  schema: T,
  env: NodeJS.ProcessEnv = {},
): Promise<z.output<T>> {
  const parsed = schema.safeParse(withDatabaseUrl(JSON.parse(await readFile(file, 'utf8')), env['DATABASE_URL']))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`${file} is not a valid configuration:\n${problems.join('\n')}`)
}

const withDatabase = z.looseObject({ database: z.looseObject({}) })

function withDatabaseUrl(config: unknown, url: string | undefined): unknown {
  const parsed = withDatabase.safeParse(config)
  if (url === undefined || url === '' || !parsed.success) return config
  return { ...parsed.data, database: { ...parsed.data.database, url } }
}
