import type { Readable } from 'node:stream'
import { AtollError } from '#common/errors/index.ts'
import type { Account } from '#common/identity/index.ts'
import type { OperationInput, OperationKind } from '#common/operations/index.ts'
import type { Assertion } from '#common/passkeys/index.ts'
import type { Batch, Operation } from '#common/records/index.ts'
import type { VerifiedIdToken } from '../step-up/index.ts'
import type { OrgServices } from './services.ts'

/** What a caller sent, parsed but not yet believed. */
export interface OperationRequest<Input extends OperationInput> {
  operation: Operation
  /** SHA-256 of its canonical bytes. */
  op: Uint8Array
  kind: OperationKind<Input>
  input: Input
  /** The person's service-auth JWT. */
  token: string
  idToken: string
  /** With what it was approved; undefined when by itself. */
  batch: Batch | undefined
  /** What a passkey of the person signed, where passkeys are the second factor. */
  assertion: Assertion | undefined
  body: Readable
}

/** One operation on its way through its steps. */
export interface OperationContext<Input extends OperationInput = OperationInput> extends OperationRequest<Input> {
  services: OrgServices
  /** What steps open; given back when the operation is over, however it ends. */
  opened: AsyncDisposableStack
  /** Set by verifyCaller. */
  caller?: Account
  /** Set by verifyIdToken. */
  confirmation?: VerifiedIdToken
}

/** One step: does its part, or throws an error of the catalogue. */
export type Step<Context> = (context: Context) => Promise<void>

/** @throws InternalError when the step that sets it has not run: a list of steps is in the wrong order */
export function required<T>(value: T | undefined, setBy: string): T {
  if (value === undefined) throw new AtollError('InternalError', {}, new Error(`${setBy} has to run before`))
  return value
}
