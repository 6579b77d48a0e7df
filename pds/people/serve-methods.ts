import { method, peerAuthorizer } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { openApproval, redeemApproval } from './approve/index.ts'
import { breakGlass, endBreakGlass, listGrants } from './break-glass/index.ts'
import { attestFromCi } from './ci/index.ts'
import type { PeopleContext } from './context.ts'
import { setPersonStatus } from './off-board/index.ts'
import { resetPasskeys } from './passkeys/index.ts'
import { grantName, listPeople, registerOrg } from './registry/index.ts'
import { openSignIn, redeemSignIn } from './sign-in/index.ts'

/** What the other components ask of the people PDS: the gateway opens and redeems, the appliance administers. */
export function serveMethods(context: PeopleContext): void {
  const { server, auth } = context.host
  const only = peerAuthorizer(auth)
  const { operation } = app.npm

  method(server, operation.openSignIn, {
    auth: only(['gateway']),
    handler: ({ input }) => openSignIn(context, input),
  })
  method(server, operation.redeemSignIn, {
    auth: only(['gateway']),
    handler: ({ input }) => redeemSignIn(context, input.id),
  })
  method(server, operation.openApproval, {
    auth: only(['gateway']),
    handler: ({ input }) => openApproval(context, input),
  })
  method(server, operation.redeemApproval, {
    auth: only(['gateway']),
    handler: ({ input }) => redeemApproval(context, input),
  })
  method(server, operation.attestFromCi, {
    auth: only(['gateway']),
    handler: ({ input }) => attestFromCi(context, input),
  })
  method(server, operation.registerOrg, {
    auth: only(['appliance']),
    handler: ({ input, auth: { iss } }) => registerOrg(context, { ...input, by: iss }),
  })
  method(server, operation.grantName, {
    auth: only(['appliance']),
    handler: ({ input, auth: { iss } }) => grantName(context, { ...input, by: iss }),
  })
  method(server, operation.setPersonStatus, {
    auth: only(['appliance']),
    handler: ({ input, auth: { iss } }) => setPersonStatus(context, { ...input, by: iss }),
  })
  method(server, operation.resetPasskeys, {
    auth: only(['appliance']),
    handler: ({ input, auth: { iss } }) => resetPasskeys(context, { ...input, by: iss }),
  })
  method(server, operation.breakGlass, {
    auth: only(['appliance']),
    handler: ({ input, auth: { iss } }) => breakGlass(context, { ...input, by: iss }),
  })
  method(server, operation.endBreakGlass, {
    auth: only(['appliance']),
    handler: ({ input, auth: { iss } }) => endBreakGlass(context, { ...input, by: iss }),
  })
  method(server, operation.listBreakGlass, {
    auth: only(['appliance']),
    handler: ({ params }) => listGrants(context, params),
  })
  method(server, operation.listPeople, {
    auth: only(['appliance']),
    handler: ({ params }) => listPeople(context, params),
  })
}
