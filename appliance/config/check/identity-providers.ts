import { z } from 'zod'
import type { OutboundConfig } from '#common/outbound/index.ts'
import { describeOutside } from '../outside.ts'
import type { Checked, Finding } from './finding.ts'

const discoverySchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  jwks_uri: z.url(),
  acr_values_supported: z.array(z.string()).optional(),
})

const limits = { maxBytes: 1_000_000, timeoutMs: 5_000 }

/** Asks each identity provider who it is (OpenID Connect Discovery 1.0). */
export async function checkIdentityProviders({ settings, env }: Checked): Promise<Finding[]> {
  if (settings.idps.length === 0) return []
  // What is wrong with the way there is said by the check of it.
  const outbound = await describeOutside(settings, env).catch(() => undefined)
  if (outbound === undefined) return []
  const findings = await Promise.all(
    settings.idps.map(async ({ issuer, mfa }, index) => {
      const setting = `idps.${index}.issuer`
      try {
        const found = await discover(issuer, outbound)
        if (found.issuer !== issuer) return [fail(setting, `calls itself ${found.issuer}: write exactly that`)]
        return unknownLevels(mfa === 'passkey' ? undefined : mfa.request.acr_values, found.acr_values_supported, index)
      } catch (error) {
        return [fail(setting, `does not answer as an identity provider (${reasonOf(error)}): check the address`)]
      }
    }),
  )
  return findings.flat()
}

/** Providers may support more than they list, so it is a warning. */
function unknownLevels(asked: string | undefined, supported: string[] | undefined, index: number): Finding[] {
  if (asked === undefined || supported === undefined) return []
  const missing = asked.split(' ').filter((level) => !supported.includes(level))
  if (missing.length === 0) return []
  const problem = `${missing.join(', ')} is not among the levels the provider lists (${supported.join(', ')})`
  return [{ level: 'warn', setting: `idps.${index}.mfa.request.acr_values`, problem }]
}

async function discover(issuer: string, config: OutboundConfig) {
  const { createOutbound } = await import('#common/outbound/index.ts')
  await using outbound = createOutbound({ allow: [issuer], config })
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const response = await outbound.fetch(url, limits)
  return discoverySchema.parse(JSON.parse((await response.bytes()).toString('utf8')))
}

function fail(setting: string, problem: string): Finding {
  return { level: 'fail', setting, problem }
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return 'its answer is no discovery document'
  return error instanceof Error ? error.message : String(error)
}
