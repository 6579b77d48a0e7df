import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import { type OperationInput, type OperationKind, publishFromCi, readOperation } from '#common/operations/index.ts'
import { type Assertion, decodeAssertion } from '#common/passkeys/index.ts'
import { type Batch, type Operation, operationHash, parseBatch, parseOperation } from '#common/records/index.ts'
import { bearerToken } from '#common/xrpc/index.ts'

/** What a caller sent, parsed but not yet believed. */
export interface OperationRequest<Input extends OperationInput> {
  operation: Operation
  /** SHA-256 of its canonical bytes. */
  op: Uint8Array
  kind: OperationKind<Input>
  input: Input
  /** The person's service-auth JWT. */
  token: string
  /** Of a person who approved it, or of a job; a job whose provenance names the bytes has none. */
  idToken: string | undefined
  /** With what it was approved; undefined when by itself. */
  batch: Batch | undefined
  /** What a passkey of the person signed, where passkeys are the second factor. */
  assertion: Assertion | undefined
  body: Readable
}

/**
 * Takes a request apart: token, operation, ID token and, if there are any, batch and assertion from the headers, the rest unread.
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
  const idToken =
    kind.procedure === publishFromCi.procedure ? optional(request, 'atoll-id-token') : header(request, 'atoll-id-token')
  // The kinds are compared just above: its input is of this kind.
  const input = read.input as Input
  const [batch, assertion] = [batchOf(request), assertionOf(request)]
  return { operation, op: operationHash(bytes), kind, input, token, idToken, batch, assertion, body }
}

/** @throws InvalidOperation when there is one, and it is malformed or of more than a hundred operations */
function batchOf({ headers }: FastifyRequest): Batch | undefined {
  const value = headers['atoll-batch']
  return value === undefined ? undefined : parseBatch(Buffer.from(String(value), 'base64url'))
}

/** @throws InvalidRequest when there is one, and it is malformed */
function assertionOf({ headers }: FastifyRequest): Assertion | undefined {
  const value = headers['atoll-passkey']
  return value === undefined ? undefined : decodeAssertion(String(value))
}

function optional(request: FastifyRequest, name: string): string | undefined {
  return request.headers[name] === undefined ? undefined : header(request, name)
}

function header({ headers }: FastifyRequest, name: string): string {
  const value = headers[name]
  if (typeof value !== 'string' || value === '') {
    throw new AtollError('InvalidRequest', { reason: `the header ${name} is missing` })
  }
  return value
}
