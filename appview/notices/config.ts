import { z } from 'zod'
import { noticeTypes } from './notice.ts'

/** https://www.standardwebhooks.com: base64 of 24 to 64 bytes after `whsec_`. */
export const webhookSecretSchema = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, 'is not whsec_ and 24 to 64 bytes in base64')

const webhookSchema = z.object({
  /** Messages are known by it, so it stays when the address changes. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  url: z.url({ protocol: /^https?$/ }),
  secret: webhookSecretSchema,
  types: z.array(z.enum(noticeTypes)).min(1).optional(),
})
export type WebhookConfig = z.infer<typeof webhookSchema>

const mailSchema = z.object({
  from: z.string().min(3).max(320),
  smtp: z.object({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535),
    tls: z.enum(['starttls', 'implicit', 'none']),
    credentials: z.object({ user: z.string().min(1), password: z.string().min(1) }).optional(),
  }),
  security: z.array(z.email()).max(50),
  /** Whether people are told of what is published in their name, and of what waits for their answer; their addresses the people PDS knows. */
  people: z.boolean(),
})
export type MailConfig = z.infer<typeof mailSchema>

/** Who is told, and how. Holds secrets. */
export const noticesConfigSchema = z
  .object({ webhooks: z.array(webhookSchema).max(20).default([]), mail: mailSchema.optional() })
  .prefault({})
export type NoticesConfig = z.infer<typeof noticesConfigSchema>
