import formbody from '@fastify/formbody'
import { createServer, type Server } from '#common/xrpc/index.ts'
import type { PeopleContext } from '../context.ts'
import { serveApprovals } from './approvals-routes.ts'
import { serveApprove } from './approve-routes.ts'
import { serveCallback } from './callback-route.ts'
import { serveChoice } from './choice-route.ts'
import { serveDevice } from './device-routes.ts'
import { serveDone } from './done-route.ts'
import { sendErrorPage } from './error-page.ts'
import { serveExceptions } from './exceptions-routes.ts'
import { serveLogin } from './login-routes.ts'
import { servePasskeys } from './passkeys-routes.ts'
import { serveScripts } from './scripts.ts'
import { addSecurityHeaders } from './send-page.ts'
import { serveSignOut } from './sign-out-routes.ts'
import { serveSigning } from './signing-routes.ts'
import { addStandingWarning } from './standing-warning.ts'

const formLimitBytes = 16_384

const routes = [
  ...[serveLogin, serveDevice, serveApprove, serveApprovals, serveChoice, serveCallback, serveSignOut],
  ...[servePasskeys, serveSigning, serveExceptions, serveScripts],
]

/** The server that browsers see, and npm when it polls. Nothing of the PDS behind it is reachable here. */
export function createPagesServer(context: PeopleContext): Server {
  // Errors in npm's shape; pages have their own.
  const { trustedProxies } = context.config.pages
  const formatError = ({ message }: Error) => ({ error: message })
  const server = createServer({
    log: context.log,
    bodyLimitBytes: formLimitBytes,
    formatError,
    trustedProxies,
    monitoring: context.host.monitoring,
  })
  addSecurityHeaders(server)
  server.register(formbody)
  server.get('/healthz', async () => ({ status: 'ok' }))
  serveDone(server, context)
  server.register(async (pages) => {
    pages.setErrorHandler((error, request, reply) => sendErrorPage(error, request, reply))
    addStandingWarning(pages, context)
    for (const serve of routes) serve(pages, context)
  })
  return server
}
