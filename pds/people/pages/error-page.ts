import type { FastifyReply, FastifyRequest } from 'fastify'
import { toAtollError } from '#common/xrpc/index.ts'
import { noticePage } from './notice-page.ts'
import { sendPage } from './send-page.ts'

const titles: Record<number, string> = { 404: 'Nothing here', 429: 'Too many', 503: 'Not now' }

/**
 * Errors as people read them: the catalogue's sentence on a page.
 * @param retryAt path of the page where they may try again
 */
export function sendErrorPage(thrown: unknown, request: FastifyRequest, reply: FastifyReply, retryAt?: string): void {
  const error = toAtollError(thrown, request.id)
  // Only the cause's sentence: what an IdP library attaches to its errors has tokens in it.
  const cause = error.cause instanceof Error ? error.cause.message : undefined
  if (error.status >= 500) request.log.error({ err: thrown, req: request }, error.code)
  else request.log.info({ req: request, code: error.code, details: error.details, cause }, 'refused')
  const title = titles[error.status] ?? (error.status >= 500 ? 'Something went wrong' : 'Not possible')
  sendPage(reply.code(error.status), noticePage({ title, text: error.message, retryAt }))
}
