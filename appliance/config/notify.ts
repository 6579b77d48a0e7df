import { z } from 'zod'
import { type NoticesConfig, webhookSecretSchema } from '#appview/notices/config.ts'
import { noticeTypes } from '#appview/notices/notice.ts'
import { readSecret, type SecretPlace } from './read-secret.ts'
import { SettingsError } from './settings-error.ts'

const webhook = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'is not 1 to 40 lower-case letters, digits and dashes')
      .describe('What you call it; keep it when the address changes.'),
    url: z.url({ protocol: /^https?$/ }).describe('Where messages are posted to.'),
    secretFile: z
      .string()
      .min(1)
      .optional()
      .describe('A file with the secret messages are signed with (`whsec_…`), which nobody else can read.'),
    secretEnv: z.string().min(1).optional().describe('Or the environment variable with it.'),
    types: z.array(z.enum(noticeTypes)).min(1).optional().describe('What it is told of; everything when absent.'),
  })
  .refine(
    ({ secretFile, secretEnv }) => (secretFile === undefined) !== (secretEnv === undefined),
    'needs one of secretFile and secretEnv: receivers know by the signature who writes',
  )

const smtp = z
  .strictObject({
    host: z.string().min(1).describe('Of the mail server.'),
    port: z.int().min(1).max(65_535).default(587).describe('Of the mail server.'),
    tls: z
      .enum(['starttls', 'implicit', 'none'])
      .default('starttls')
      .describe('`implicit` is what port 465 speaks; `none` is for a server on this machine.'),
    user: z.string().min(1).optional().describe('Who signs in there, where it asks for that.'),
    passwordFile: z.string().min(1).optional().describe('A file with the password, which nobody else can read.'),
    passwordEnv: z.string().min(1).optional().describe('Or the environment variable with it.'),
  })
  .refine(
    ({ user, passwordFile, passwordEnv }) =>
      (user === undefined ? 0 : 1) === [passwordFile, passwordEnv].filter((place) => place !== undefined).length,
    'needs user together with one of passwordFile and passwordEnv, or none of them',
  )
  .describe('The mail server of your company.')

const mail = z
  .strictObject({
    from: z.string().min(3).max(320).describe('Who writes: `Atoll <atoll@acme.com>`.'),
    smtp,
    security: z
      .array(z.email())
      .max(50)
      .default([])
      .describe('Who is told of versions that are blocked, of alarms, and of changes of rights.'),
    people: z
      .boolean()
      .default(false)
      .describe(
        'Whether people are told of what is published in their name, and of what waits for their answer. Then the people PDS remembers the address that the identity provider says is theirs (`email` with `email_verified`).',
      ),
  })
  .describe('Messages by e-mail.')

/** `notify`: who is told of what happens. */
export const notifySchema = z
  .strictObject({
    webhooks: z
      .array(webhook)
      .max(20)
      .refine(
        (webhooks) => new Set(webhooks.map(({ name }) => name)).size === webhooks.length,
        'two have the same name',
      )
      .default([])
      .describe('Programs that are told; signed as https://www.standardwebhooks.com says.'),
    mail: mail.optional(),
  })
  .prefault({})
  .describe('Who is told of what happens. See incident.md.')
export type NotifySettings = z.output<typeof notifySchema>

/** @throws SettingsError when a secret is not where it should be, or is none */
export async function readNotify({ webhooks, mail }: NotifySettings, place: SecretPlace): Promise<NoticesConfig> {
  const read: NoticesConfig['webhooks'] = []
  for (const [index, { name, url, types, secretFile: file, secretEnv: env }] of webhooks.entries()) {
    const setting = `notify.webhooks.${index}.${file === undefined ? 'secretEnv' : 'secretFile'}`
    const secret = webhookSecretSchema.safeParse(await readSecret({ setting, file, env }, place))
    if (!secret.success) {
      throw new SettingsError(
        `${setting}: that is no secret of a webhook. Make one: echo "whsec_$(openssl rand -base64 32)"`,
      )
    }
    read.push({ name, url, secret: secret.data, ...(types === undefined ? {} : { types }) })
  }
  return { webhooks: read, ...(mail === undefined ? {} : { mail: await readMail(mail, place) }) }
}

async function readMail(
  { from, smtp, security, people }: z.output<typeof mail>,
  place: SecretPlace,
): Promise<NonNullable<NoticesConfig['mail']>> {
  const { host, port, tls, user, passwordFile: file, passwordEnv: env } = smtp
  const setting = `notify.mail.smtp.${file === undefined ? 'passwordEnv' : 'passwordFile'}`
  const password = await readSecret({ setting, file, env }, place)
  const credentials = user === undefined || password === undefined ? {} : { credentials: { user, password } }
  return { from, smtp: { host, port, tls, ...credentials }, security, people }
}
