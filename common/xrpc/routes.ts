import type { Readable } from 'node:stream'
import type { LexValue } from '@atproto/lex-data'
import { type JsonValue, jsonToLex, lexToJson } from '@atproto/lex-json'
import type {
  InferMethodInputBody,
  InferMethodOutputBody,
  InferMethodParams,
  Procedure,
  Query,
} from '@atproto/lex-schema'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from './server.ts'

/** A method's module as generated from its lexicon, such as `app.npm.registry.resolveName`. */
export interface Lexicon<Method extends Query | Procedure> {
  main: Method
}

export interface Call<Method extends Query | Procedure, Auth> {
  params: InferMethodParams<Method>
  /** The parsed JSON body, or the unread stream where the lexicon takes any encoding; undefined for a query. */
  input: InferMethodInputBody<Method, Readable>
  /** What `auth` returned. */
  auth: Auth
  request: FastifyRequest
  reply: FastifyReply
}

export interface Route<Method extends Query | Procedure, Auth> {
  /** Who may call: throws when this caller may not. Runs before anything of the request is parsed. */
  auth: (request: FastifyRequest) => Promise<Auth>
  /** Returns the JSON output; or, for other encodings, sends the reply itself and returns undefined. */
  handler: (call: Call<Method, Auth>) => Promise<InferMethodOutputBody<Method, Readable> | undefined>
  bodyLimitBytes?: number
}

/**
 * Mounts a method at /xrpc/<nsid>. Parameters, input and output are held to the lexicon: what does not fit is a 400
 * when it comes in, and an error of ours when it would go out.
 */
export function method<Method extends Query | Procedure, Auth>(
  server: Server,
  { main }: Lexicon<Method>,
  route: Route<Method, Auth>,
): void {
  const raw = main.type === 'procedure' && main.input.schema === undefined
  server.register(async (scope) => {
    if (raw) {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    }
    scope.route({
      method: main.type === 'query' ? 'GET' : 'POST',
      url: `/xrpc/${main.nsid}`,
      ...(route.bodyLimitBytes === undefined ? {} : { bodyLimit: route.bodyLimitBytes }),
      config: { nsid: main.nsid },
      handler: async (request, reply) => {
        const auth = await route.auth(request)
        const params = parseParams(main, request) as InferMethodParams<Method>
        const input = parseInput(main, request) as InferMethodInputBody<Method, Readable>
        const output = await route.handler({ params, input, auth, request, reply })
        if (output === undefined) return reply
        return reply.header('content-type', 'application/json').send(JSON.stringify(lexToJson(output as LexValue)))
      },
    })
  })
}

function parseParams(main: Query | Procedure, request: FastifyRequest): unknown {
  const search = request.url.split('?', 2)[1] ?? ''
  try {
    return main.parameters.fromURLSearchParams(search)
  } catch (cause) {
    throw new AtollError('InvalidRequest', { reason: (cause as Error).message }, cause)
  }
}

function parseInput(main: Query | Procedure, request: FastifyRequest): unknown {
  if (main.type === 'query') return undefined
  if (main.input.schema === undefined) return request.body
  const parsed = main.input.schema.safeParse(jsonToLex((request.body ?? null) as JsonValue))
  if (!parsed.success) throw new AtollError('InvalidRequest', { reason: parsed.reason.message }, parsed.reason)
  return parsed.value
}
