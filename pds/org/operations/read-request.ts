import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import { type OperationInput, type OperationKind, readOperation } from '#common/operations/index.ts'
import { operationHash, parseOperation } from '#common/records/index.ts'
import { bearerToken } from '#common/xrpc/index.ts'
import type { OperationRequest } from './context.ts'

/**
 * Takes a request apart: token, operation and ID token from the headers, the rest unread.
 * @throws AuthRequired, InvalidOperation
 */
export function readRequest<Input extends OperationInput>(
  request: FastifyRequest,
  kind: OperationKind<Input>,
): OperationRequest<Input> {
  const token = bearerToken(request)
  const bytes = Buffer.from(header(request, 'atoll-operation'), 'base64url')
  const operation = parseOperation(bytes)
  const read = readOperation(operation)
  if (read.kind.procedure !== kind.procedure) {
    throw new AtollError('InvalidOperation', { reason: `it is for ${operation.procedure}` })
  }
  const body = request.body instanceof Readable ? request.body : Readable.from([])
  const idToken = header(request, 'atoll-id-token')
  // The kinds are compared just above: its input is of this kind.
  return { operation, op: operationHash(bytes), kind, input: read.input as Input, token, idToken, body }
}

function header({ headers }: FastifyRequest, name: string): string {
  const value = headers[name]
  if (typeof value !== 'string' || value === '') {
    throw new AtollError('InvalidRequest', { reason: `the header ${name} is missing` })
  }
  return value
}
