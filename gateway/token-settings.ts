import { z } from 'zod'
import { isValidPackagePattern } from '#common/authz/package-pattern.ts'
import { ciProviders } from '#common/ci/issuers.ts'

const days = z.int().min(1).max(3650)

/** How long tokens live, in days. Every token has an end. */
export const tokenPolicySchema = z
  .strictObject({
    loginDays: days.default(30).describe('Of `npm login`.'),
    maxDays: days.default(90).describe('At most, of tokens that may write.'),
    readOnlyMaxDays: days.default(365).describe('At most, of tokens that may only read.'),
    idleDays: days
      .optional()
      .describe('A token that nobody uses for so long ends before its time; without it, none does.'),
  })
  .prefault({})
  .describe('How long tokens live, in days. Every token has an end.')
export type TokenPolicy = z.output<typeof tokenPolicySchema>

const ciRuleSchema = z.strictObject({
  claims: z
    .record(z.string().min(1).max(128), z.union([z.string().max(1024), z.number(), z.boolean()]))
    .refine((claims) => Object.keys(claims).length > 0, 'names no claim, so every job of this issuer would be let in')
    .describe('What the ID token must say, each claim exactly. Use numeric ids: names can be taken by others.'),
  org: z.string().min(3).max(253).describe('Handle of the organisation whose packages the job may read.'),
  packages: z
    .array(z.string().refine(isValidPackagePattern, 'is not a package name or a pattern such as @acme.com/*'))
    .min(1)
    .max(50)
    .optional()
    .describe('Names and patterns; all of the organisation’s packages when absent.'),
})
export type CiRule = z.output<typeof ciRuleSchema>

const ciIssuerSchema = z.strictObject({
  issuer: z.url().describe('Exactly the `iss` of its ID tokens.'),
  provider: z
    .enum(ciProviders)
    .optional()
    .describe(
      'Whose ID tokens its own are like, for trusted publishers: `github`, `gitlab`, `circleci`, or `oidc`, of which only listed claims are read. Known by itself for github.com, gitlab.com and circleci.com.',
    ),
  audience: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .describe('What its ID tokens must be for; the URL of the gateway when absent.'),
  rules: z
    .array(ciRuleSchema)
    .max(200)
    .default([])
    .describe(
      'The first that matches counts; a job that none matches gets no token for installing. Which jobs publish, trusted publishers say: see trusted-publishing.md.',
    ),
})
export type CiIssuer = z.output<typeof ciIssuerSchema>

/** CI systems whose jobs may install with a read-only token of an organisation, and publish as trusted publishers. */
export const ciSchema = z
  .strictObject({ issuers: z.array(ciIssuerSchema).max(20).default([]).describe('Who signs the ID tokens of jobs.') })
  .prefault({})
  .describe('CI systems whose jobs may install with a token of an organisation, and publish as its trusted publishers.')
export type CiConfig = z.output<typeof ciSchema>
