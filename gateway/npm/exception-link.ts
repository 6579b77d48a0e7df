import { z } from 'zod'
import type { Server } from '#common/xrpc/index.ts'
import type { GatewayContext } from '../context.ts'

const querySchema = z.object({ package: z.string().max(214), version: z.string().max(256) })

/**
 * The link in every refusal of a version: to the page where a developer asks for an exception. It is on the people PDS's host, where
 * browsers are signed in, and open here, for browsers have no token of npm's; it says nothing that the address does not.
 */
export function mountExceptionLink(
  server: Server,
  { config }: { config: Pick<GatewayContext['config'], 'network'> },
): void {
  server.get('/-/exceptions/new', async (request, reply) => {
    const page = new URL('/exceptions', config.network.publicUrls.people)
    const asked = querySchema.safeParse(request.query)
    if (asked.success) page.search = new URLSearchParams(asked.data).toString()
    return reply.redirect(page.href, 302)
  })
}
