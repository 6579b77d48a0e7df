import { method, peerAuthorizer } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findAddress } from './addresses/index.ts'
import { openApproval, redeemApproval } from './approve/index.ts'
import { type AuditNote, note } from './audit-notes/index.ts'
import { breakGlass, endBreakGlass, listGrants } from './break-glass/index.ts'
import { attestFromCi } from './ci/index.ts'
import type { PeopleContext } from './context.ts'
import { answerRequest, findRequest, listRequests, requestException } from './exceptions/index.ts'
import { setPersonStatus } from './off-board/index.ts'
import { resetPasskeys } from './passkeys/index.ts'
import { projectAttestations } from './promotion/index.ts'
import { changeName, draftNameDecision, grantName, listPeople, registerOrg, withdrawName } from './registry/index.ts'
import { openSignIn, redeemSignIn } from './sign-in/index.ts'

/** What the other components ask of the people PDS: the gateway opens and redeems, the appliance administers. */
export function serveMethods(context: PeopleContext): void {
  const { server, auth } = context.host
  const only = peerAuthorizer(auth)
  const { operation } = app.npm
  const noted = async <Written extends { uri: string; cid: string }>(
    action: AuditNote['action'],
    by: string,
    written: Written,
  ): Promise<Written> => {
    const { uri: subject, cid: details } = written
    await note(context, { id: `${action} ${subject} ${details}`, action, subject, details, by })
    return written
  }

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
  method(server, operation.requestException, {
    auth: only(['gateway']),
    handler: async ({ input }) => {
      const id = await requestException(context, input)
      return { request: await findRequest(context, { viewer: input.did, id }) }
    },
  })
  method(server, operation.answerExceptionRequest, {
    auth: only(['gateway']),
    handler: async ({ input }) => ({ request: await answerRequest(context, input) }),
  })
  method(server, operation.listExceptionRequests, {
    auth: only(['gateway']),
    handler: async ({ params }) => page(await listRequests(context, params), params),
  })
  method(server, operation.registerOrg, {
    auth: only(['appliance']),
    handler: async ({ input, auth: { iss } }) =>
      noted('org.registered', iss, await registerOrg(context, { ...input, by: iss })),
  })
  method(server, operation.grantName, {
    auth: only(['appliance']),
    handler: async ({ input, auth: { iss } }) =>
      noted('name.granted', iss, await grantName(context, { ...input, by: iss })),
  })
  method(server, operation.changeName, {
    auth: only(['appliance']),
    handler: async ({ input, auth: { iss } }) =>
      noted('name.changed', iss, await changeName(context, { ...input, by: iss })),
  })
  method(server, operation.withdrawName, {
    auth: only(['appliance']),
    handler: async ({ input, auth: { iss } }) =>
      noted('name.withdrawn', iss, await withdrawName(context, { ...input, by: iss })),
  })
  method(server, operation.draftNameDecision, {
    auth: only(['appliance']),
    handler: ({ params }) => draftNameDecision(context, params),
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
  method(server, operation.getAddress, {
    auth: only(['appview']),
    handler: ({ params: { did } }) => findAddress(context, did),
  })
  method(server, operation.projectAttestations, {
    auth: only(['org']),
    handler: ({ input }) => projectAttestations(context, input),
  })
  method(server, operation.listPeople, {
    auth: only(['appliance']),
    handler: ({ params }) => listPeople(context, params),
  })
}

/** @param asked.cursor how many come before */
function page<Item>(all: readonly Item[], { limit = 100, cursor = '0' }: { limit?: number; cursor?: string }) {
  const offset = Number.parseInt(cursor, 10) || 0
  const next = offset + limit
  return { requests: all.slice(offset, next), ...(all.length > next ? { cursor: String(next) } : {}) }
}
