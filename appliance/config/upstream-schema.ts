import { z } from 'zod'

export const bareUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => new URL(url).username === '' && new URL(url).password === '', {
    message: 'must not hold credentials: they have settings of their own, which never show in logs',
  })
const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'is not the name of an environment variable')
const file = z.string().min(1)

const proxySchema = z.strictObject({
  url: bareUrl.describe('Address of the HTTP proxy, such as http://proxy.acme.com:3128.'),
  credentialsFile: file.describe('File that holds `user:password` for the proxy; relative to atoll.yaml.').optional(),
})

/** `network.proxy` and `network.caFile`: how the box reaches what is outside. */
export const networkOutside = {
  proxy: z
    .union([
      z.literal('none'),
      proxySchema.extend({
        noProxy: z
          .array(z.string().min(1))
          .max(1_000)
          .describe(
            'Hosts that are reached without the proxy: `acme.com` (and all below it), `10.0.0.0/8`, `host:8080`.',
          )
          .optional(),
      }),
    ])
    .optional()
    .describe(
      'The HTTP proxy on the way to registries and identity providers; `none` for no proxy. When absent, HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment count.',
    ),
  caFile: file
    .optional()
    .describe(
      'PEM file of certificate authorities trusted beside the usual ones, for every host the box talks to; relative to atoll.yaml.',
    ),
}

const registryFields = {
  url: bareUrl.describe('Address of the registry, such as https://registry.npmjs.org.'),
  token: z
    .string()
    .min(1)
    .describe('Bearer token for this registry. Better in a file or a variable.')
    .meta({ writeOnly: true }),
  tokenFile: file.describe('File that holds the bearer token for this registry; relative to atoll.yaml.'),
  tokenEnv: variable.describe('Environment variable of "atoll up" that holds the bearer token for this registry.'),
  basic: z
    .strictObject({
      username: z.string().min(1).describe('User name.'),
      passwordFile: file.describe('File that holds the password; relative to atoll.yaml.').optional(),
      passwordEnv: variable.describe('Environment variable of "atoll up" that holds the password.').optional(),
    })
    .refine(({ passwordFile, passwordEnv }) => (passwordFile === undefined) !== (passwordEnv === undefined), {
      message: 'needs passwordFile or passwordEnv, and not both',
    })
    .describe('User name and password for registries that want Basic authentication.'),
  proxy: z
    .union([z.literal('none'), proxySchema])
    .describe('Another proxy for this registry than network.proxy, or `none` to reach it directly.'),
  freshSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .describe('How long metadata counts as fresh; then it is asked for again in the background. 300 when absent.'),
  timeoutSeconds: z.int().min(1).max(300).describe('How long metadata may take to arrive. 30 when absent.'),
}

type Credentials = Partial<Record<'token' | 'tokenFile' | 'tokenEnv' | 'basic', unknown>>

const oneCredential = ({ token, tokenFile, tokenEnv, basic }: Credentials) =>
  [token, tokenFile, tokenEnv, basic].filter((value) => value !== undefined).length <= 1
const oneCredentialMessage = { message: 'has more than one of token, tokenFile, tokenEnv and basic' }

const scope = z
  .string()
  .regex(/^@[^.]+$/, 'a scope with a dot is a handle of this network and is never looked for upstream')
  .regex(/^@[a-z0-9][a-z0-9_-]*$/i, 'is not a scope such as @acme')
  .transform((text) => text.toLowerCase())

/** The registry of everything that none of `upstreams` has. */
export const upstreamSchema = z.strictObject(registryFields).partial().refine(oneCredential, oneCredentialMessage)

const listedSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be a word of lower-case letters, digits and hyphens')
      .describe(
        'Names the registry in logs and in `atoll status`. What was fetched is kept under it: another registry is another name.',
      ),
    scopes: z
      .union([z.literal('default'), z.array(scope).min(1).max(1_000)])
      .describe(
        'The scopes that are looked for here and nowhere else, such as ["@acme"]; `default` for all that no other registry has.',
      ),
    ...z.strictObject(registryFields).partial().required({ url: true }).shape,
  })
  .refine(oneCredential, oneCredentialMessage)
export type ListedUpstream = z.output<typeof listedSchema>

/** Registries that have scopes of their own, and the one that has the rest. */
export const upstreamsSchema = z
  .array(listedSchema)
  .max(50)
  .superRefine((list, context) => {
    const seen = new Map<string, string>()
    for (const [index, { name, scopes }] of list.entries()) {
      const claims = [`name ${name}`, ...(scopes === 'default' ? ['scopes: default'] : scopes)]
      for (const claim of claims) {
        const other = seen.get(claim)
        if (other !== undefined) {
          context.addIssue({ code: 'custom', path: [index], message: `${claim} is already that of ${other}` })
        }
        seen.set(claim, name)
      }
    }
  })
