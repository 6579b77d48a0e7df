import { z } from 'zod'
import type { NetworkConfig } from '#common/config/index.ts'
import { createOutbound, type OutboundConfig } from '#common/outbound/index.ts'
import type { ProviderFact } from '../facts.ts'

const discoverySchema = z.looseObject({ issuer: z.string(), jwks_uri: z.url() })
const keysSchema = z.looseObject({ keys: z.array(z.unknown()) })
const limits = { maxBytes: 1_000_000, timeoutMs: 5_000 }

/** Asks each identity provider of the box who it is, for its keys and for the time. Never rejects. */
export async function askProviders(
  { idps }: Pick<NetworkConfig, 'idps'>,
  config: OutboundConfig,
): Promise<ProviderFact[]> {
  return Promise.all(
    idps.map(async ({ issuer }) => {
      try {
        return { issuer, ...(await askProvider(issuer, config)) }
      } catch (error) {
        return { issuer, problem: `does not answer as an identity provider (${reasonOf(error)})` }
      }
    }),
  )
}

async function askProvider(issuer: string, config: OutboundConfig): Promise<Omit<ProviderFact, 'issuer'>> {
  await using outbound = createOutbound({ allow: [issuer], config })
  const response = await outbound.fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, limits)
  const date = Date.parse(response.headers.get('date') ?? '')
  // Of whole seconds: on average half a one has passed.
  const skewSeconds = (date + 500 - Date.now()) / 1000
  const found = discoverySchema.parse(JSON.parse((await response.bytes()).toString('utf8')))
  if (found.issuer !== issuer) return { problem: `calls itself ${found.issuer}` }
  const own = new URL(found.jwks_uri).origin === new URL(issuer).origin
  const answer = await outbound.fetch(found.jwks_uri, { ...limits, ...(own ? {} : { discovered: true }) })
  const { keys } = keysSchema.parse(JSON.parse((await answer.bytes()).toString('utf8')))
  return { keys: keys.length, ...(Number.isNaN(skewSeconds) ? {} : { skewSeconds }) }
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError)
    return 'what it says is no discovery document, or no keys'
  return error instanceof Error ? error.message : String(error)
}
