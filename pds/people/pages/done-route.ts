import type { Server } from '#common/xrpc/index.ts'
import { answerPoll } from '../approve/index.ts'
import type { PeopleContext } from '../context.ts'

interface Params {
  Params: { secret: string }
}

/**
 * npm's `doneUrl`: 202 says "ask again", 200 has the code under the name npm reads it by (npm-profile, webAuthCheckLogin). Any
 * method asks: "npm dist-tag" polls with the method and body of the write it waits for (npm 11, lib/commands/dist-tag.js).
 */
export function serveDone(server: Server, context: PeopleContext): void {
  server.route<Params>({
    method: ['GET', 'PUT', 'DELETE'],
    url: '/done/:secret',
    handler: async (request, reply) => {
      const code = await answerPoll(context, request.params.secret)
      if (code === undefined) return reply.code(202).header('retry-after', '1').send({})
      return { token: code }
    },
  })
}
