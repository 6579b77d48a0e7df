import type { HandleString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { handleOf } from '#common/identity/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { approvePromotion, requestPromotion } from '#common/operations/index.ts'
import { method, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { authenticate } from '../auth/access/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'
import { checkPermission } from '../npm/index.ts'
import { mayRead } from './proofs/may-read.ts'

// Reading every byte of many versions takes a while.
const checkTimeoutMs = 300_000
const { operation } = app.npm
type Promotion = app.npm.operation.defs.Promotion

/** What people ask about promotions; the org PDS answers, and does not know who may ask. */
export function mountPromotions(server: Server, context: GatewayContext): void {
  const { peers } = context

  method(server, app.npm.gateway.listPromotions, {
    auth: (request) => authenticate(request, context),
    handler: async ({ params, auth: session }) => {
      const { promotions } = await peers.org.call(operation.listPromotions, { params })
      const names = [...new Set(promotions.map(({ request }) => request.name))]
      const readable = new Set<string>()
      for (const name of names) if (await mayRead(peers, session, { org: params.org, name })) readable.add(name)
      const theirs = promotions.filter(({ request }) => readable.has(request.name))
      return { promotions: await Promise.all(theirs.map((one) => withHandle(context, one))) }
    },
  })

  method(server, app.npm.gateway.checkPromotion, {
    auth: (request) => authenticate(request, context),
    handler: async ({ input, auth: session }) => {
      const { name } = parsePackageName(input.name)
      await checkMayPromote(context, session, input.org, name)
      return peers.org.call(operation.checkPromotion, { input: { ...input, name }, timeoutMs: checkTimeoutMs })
    },
  })
}

/** The org PDS knows people by their DIDs. */
async function withHandle({ identities }: Pick<GatewayContext, 'identities'>, one: Promotion): Promise<Promotion> {
  const handle = (await identities.resolve(one.request.requestedBy).catch(() => undefined))?.handle
  return handle === undefined ? one : { ...one, requestedByHandle: handle as HandleString }
}

/** A preflight says what is inside. It is for who may ask for the promotion, or decide. @throws Forbidden, TokenTooNarrow */
async function checkMayPromote(context: GatewayContext, session: Session, did: string, name: string): Promise<void> {
  const org = { did, handle: await handleOf(context.identities, did) }
  try {
    await checkPermission(context, session, { org, kind: requestPromotion, package: name })
  } catch (error) {
    if (!(error instanceof AtollError) || error.code !== 'Forbidden') throw error
    await checkPermission(context, session, { org, kind: approvePromotion, package: name })
  }
}
