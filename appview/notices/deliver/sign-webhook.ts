import { createHmac } from 'node:crypto'

interface Signed {
  id: string
  /** Seconds since the epoch, of this attempt: receivers refuse what is old. */
  timestamp: number
  body: string
}

/**
 * The headers by which a receiver knows who sent it, that nobody changed it, and whether it had it before. The symmetric
 * scheme of https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
 * @param secret `whsec_` and base64
 */
export function signWebhook({ id, timestamp, body }: Signed, secret: string): Record<string, string> {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` }
}
