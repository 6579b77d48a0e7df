import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { accesses, type WantedToken } from '../../auth/new-token/index.ts'
import type { TokenAccess } from '../../database/tables.ts'

// npm's configuration gives one value as a string.
const strings = (maxItems: number, maxLength: number) =>
  z
    .union([
      z
        .string()
        .max(maxLength)
        .transform((one) => [one]),
      z.array(z.string().max(maxLength)).max(maxItems),
    ])
    .nullish()

/**
 * What npm 11 and 12 send (npm's lib/commands/token.js), and what older ones did (npm-profile's createToken). Strict: a field
 * of a later npm may be a limit, and a token must not be wider than it was asked for.
 */
const bodySchema = z.strictObject({
  name: z.string().trim().min(1).max(128).nullish(),
  /** Nobody has one here; npm asks its person for it all the same. */
  password: z.unknown().optional(),
  description: z.string().max(512).nullish(),
  expires: z.coerce.number().int().min(1).nullish(),
  readonly: z.boolean().nullish(),
  automation: z.boolean().nullish(),
  bypass_2fa: z.boolean().nullish(),
  cidr_whitelist: strings(20, 64),
  packages: strings(50, 256),
  packages_all: z.boolean().nullish(),
  scopes: strings(50, 256),
  packages_and_scopes_permission: z.enum([...accesses, 'no-access']).nullish(),
  orgs: strings(50, 256),
  orgs_permission: z.enum(['no-access', 'read-only', 'read-write']).nullish(),
})
type Body = z.output<typeof bodySchema>

/** @throws InvalidRequest naming what is wrong with it, or cannot be had here */
export function readTokenRequest(body: unknown): WantedToken {
  const parsed = bodySchema.safeParse(body ?? {})
  if (!parsed.success) throw invalid(describe(parsed.error))
  const asked = parsed.data
  refuseWhatIsNot(asked)
  return {
    org: undefined,
    name: asked.name ?? 'npm token',
    description: asked.description ?? '',
    access: accessOf(asked),
    packages: packagesOf(asked),
    cidrs: asked.cidr_whitelist ?? [],
    days: asked.expires ?? undefined,
  }
}

function refuseWhatIsNot({ bypass_2fa, automation, orgs, orgs_permission }: Body): void {
  if (bypass_2fa === true || automation === true) throw invalid('every write here is confirmed with a second factor')
  const aboutOrgs = (orgs ?? []).length > 0 || (orgs_permission ?? 'no-access') !== 'no-access'
  if (aboutOrgs) throw invalid('tokens here are about packages; say "--scopes" for those of an organisation')
}

/** Who does not say what the token may do gets one that only reads: npm 11 and 12 do not send their `--read-only`. */
function accessOf({ packages_and_scopes_permission: permission, readonly }: Body): TokenAccess {
  if (permission === 'no-access') throw invalid('a token without access would be of no use')
  if (readonly === true) return 'read-only'
  return permission ?? (readonly === false ? 'read-write' : 'read-only')
}

function packagesOf({ packages, scopes, packages_all: all }: Body): string[] | undefined {
  const ofScopes = (scopes ?? []).map((scope) => `@${scope.replace(/^@/, '').replace(/\/\*?$/, '')}/*`)
  const named = [...(packages ?? []), ...ofScopes].map((pattern) => pattern.toLowerCase())
  if (named.length > 0 && all === true) throw invalid('it asks for all packages and for some of them')
  return named.length === 0 || named.includes('*') ? undefined : named
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues
  return issue === undefined ? 'it is not a token' : [issue.path.join('.'), issue.message].filter(Boolean).join(': ')
}

function invalid(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}
