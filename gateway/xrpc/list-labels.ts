import { type DidString, isValidDid } from '@atproto/syntax'
import { method, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { authenticate } from '../auth/access/index.ts'
import type { GatewayContext } from '../context.ts'
import { checkCovered } from './mount-reads.ts'

const maxAsked = 20

/**
 * Who says what about a package. A client may name labelers it wants to hear besides (https://atproto.com/specs/label); those that
 * the settings name are always among the answers, so nobody can look away from what blocks them.
 */
export function mountListLabels(server: Server, context: Pick<GatewayContext, 'tokens' | 'journal' | 'peers'>): void {
  method(server, app.npm.registry.listLabels, {
    auth: (request) => authenticate(request, context),
    handler: async ({ params: { name, labelers = [] }, auth: session, request, reply }) => {
      checkCovered(session, name)
      const asked = [...labelers, ...acceptedLabelers(request.headers['atproto-accept-labelers'])].slice(0, maxAsked)
      const params = { name, viewer: session.did as DidString, ...(asked.length === 0 ? {} : { labelers: asked }) }
      const answer = await context.peers.appview.call(app.npm.registry.listLabels, { params })
      const heard = [...new Set([...answer.labels, ...answer.rules].map(({ src }) => src))]
      reply.header('cache-control', 'private, no-store')
      if (heard.length > 0) reply.header('atproto-content-labelers', heard.join(', '))
      return answer
    },
  })
}

/** A list of DIDs, each perhaps with parameters (RFC 8941), which say nothing that matters here. */
function acceptedLabelers(header: string | string[] | undefined): DidString[] {
  const items = [header ?? ''].flat().join(',').slice(0, 4096).split(',')
  return items.map((item) => item.split(';', 1)[0]?.trim() ?? '').filter((did): did is DidString => isValidDid(did))
}
