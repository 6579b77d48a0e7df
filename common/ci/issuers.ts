import { z } from 'zod'

/** Whose ID tokens a CI system's are like: each says in other claims whose job it is. */
export const ciProviders = ['github', 'gitlab', 'circleci', 'oidc'] as const
export type CiProvider = (typeof ciProviders)[number]

/** Who signs the ID tokens of jobs, as a PDS has to know it. */
export const ciIssuersSchema = z
  .array(z.object({ issuer: z.url(), provider: z.enum(ciProviders).optional() }))
  .max(20)
  .default([])
export type PublishingIssuer = z.output<typeof ciIssuersSchema>[number]

// CircleCI has one for each of its organisations.
const circleci = 'https://oidc.circleci.com/org/'

/** Those that everybody knows need not be told. */
export function providerOf({ issuer, provider }: PublishingIssuer): CiProvider {
  if (provider !== undefined) return provider
  if (issuer === 'https://token.actions.githubusercontent.com') return 'github'
  if (issuer.startsWith(circleci)) return 'circleci'
  return issuer === 'https://gitlab.com' ? 'gitlab' : 'oidc'
}
