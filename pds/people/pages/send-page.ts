import type { FastifyReply } from 'fastify'
import type { Server } from '#common/xrpc/index.ts'
import type { Html } from './html.ts'
import { stylesHash } from './styles.ts'

/**
 * What every answer carries. Referrer-Policy is `same-origin` and not `no-referrer`: the latter makes browsers send "Origin: null"
 * with our own forms (Fetch, "append a request Origin header"), and addresses with handles reach no other site either way.
 */
const headers = {
  'content-security-policy': policy("'none'", "'none'"),
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
}

/** Sets them on answers of every kind, errors and JSON too. */
export function addSecurityHeaders(server: Server): void {
  server.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(headers)) if (!reply.hasHeader(name)) reply.header(name, value)
  })
}

/**
 * @param formTargets origins that a form on the page may end up at, besides ours
 * @param runsScripts those of our own: the pages where passkeys are used; no other has any
 */
export function sendPage(
  reply: FastifyReply,
  page: Html,
  formTargets: readonly string[] = [],
  { runsScripts = false } = {},
): FastifyReply {
  const formAction = ["'self'", ...formTargets].join(' ')
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', policy(formAction, runsScripts ? "'self'" : "'none'"))
    .send(page.markup)
}

function policy(formAction: string, scripts: string): string {
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src ${stylesHash}`,
    `form-action ${formAction}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}
