import type { FastifyRequest } from 'fastify'
import type { Requester } from '../auth/sign-in/index.ts'

// The bounds of app.npm.operation.defs#requester.
const maxAddress = 64
const maxClient = 512

/** Where a request comes from and what it calls itself: shown to the person, believed by nobody. */
export function requesterOf(request: FastifyRequest): Requester {
  const client = request.headers['user-agent'] ?? 'an unnamed client'
  return { address: request.ip.slice(0, maxAddress), client: client.slice(0, maxClient) }
}
