import { method, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { authenticate } from '../../auth/access/index.ts'
import type { GatewayContext } from '../../context.ts'
import { askForAdvisory } from './ask-for-advisory.ts'
import { composeAdvisory } from './compose-advisory.ts'
import { composeWithdrawal } from './compose-withdrawal.ts'

/** Details of 20,000 bytes, and whatever else an entry has that nobody here reads. */
const maxOsvBytes = 262_144

/** Advisories of people's organisations: written, and withdrawn. */
export function mountAdvisories(server: Server, context: GatewayContext): void {
  method(server, app.npm.gateway.addAdvisory, {
    auth: (request) => authenticate(request, context),
    handler: ({ input, auth: session, request, reply }) =>
      askForAdvisory(context, {
        session,
        request,
        reply,
        asked: input,
        compose: () => composeAdvisory(context, session, input),
      }),
    bodyLimitBytes: maxOsvBytes,
  })
  method(server, app.npm.gateway.withdrawAdvisory, {
    auth: (request) => authenticate(request, context),
    handler: ({ input, auth: session, request, reply }) =>
      askForAdvisory(context, {
        session,
        request,
        reply,
        asked: input,
        compose: () => composeWithdrawal(context, session, input),
      }),
  })
}
