import type { FastifyReply } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { OpenedApproval } from '../operations/index.ts'

/**
 * "Approve this first": npm opens `authUrl`, polls `doneUrl` for the code and sends its request again with `npm-otp`
 * (npm's own lib/utils/auth.js). "OTP" in `www-authenticate` is what makes it do so.
 */
export function sendOtpRequest(reply: FastifyReply, { authUrl, doneUrl }: OpenedApproval): FastifyReply {
  const { code, message, status } = new AtollError('OneTimePasswordRequired')
  return reply.code(status).header('www-authenticate', 'OTP').send({ error: message, code, authUrl, doneUrl })
}

/** The code a request brings, if any. */
export function otpOf(headers: Record<string, string | string[] | undefined>): string | undefined {
  const code = headers['npm-otp']
  return typeof code === 'string' && code !== '' ? code : undefined
}
