import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { publishFromCi } from '#common/operations/index.ts'
import { operationHash, parseOperation } from '#common/records/index.ts'
import { signServiceToken } from '#common/service-auth/index.ts'
import type { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import { type JobContext, required } from './context.ts'
import { attestFromCiSteps } from './steps.ts'

/**
 * The people's half of a publish from CI: a trusted publisher's attestation, and its account's word for the org PDS.
 * @throws InvalidOperation, NotTrusted, JobTokenRefused, ReplayedToken, InvalidTarball, ComponentUnavailable
 */
export async function attestFromCi(
  people: PeopleContext,
  request: { operation: Uint8Array; idToken?: string | undefined },
): Promise<app.npm.operation.attestFromCi.$OutputBody> {
  const operation = parseOperation(request.operation)
  const { procedure: method } = operation
  if (method !== publishFromCi.procedure) throw new AtollError('InvalidOperation', { reason: `it is for ${method}` })
  const input = publishFromCi.parseInput(operation.input)
  const op = operationHash(request.operation)
  const context: JobContext = { people, operation, op, input, idToken: request.idToken }
  for (const step of attestFromCiSteps) await step(context)
  const did = required(context.did, 'ensureAccount')
  const audience = people.config.network.peers.org.did
  const token = await signServiceToken(await people.host.signerFor(did), { issuer: did, audience, method, op })
  people.log.info({ did, publisher: input.publisher, name: input.name, version: input.version }, 'a job was attested')
  return { did: did as DidString, token }
}
