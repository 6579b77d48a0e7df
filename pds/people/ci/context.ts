import { AtollError } from '#common/errors/index.ts'
import type { PublishFromCiInput } from '#common/operations/index.ts'
import type { Provenance } from '#common/provenance/index.ts'
import type { BuiltRecord, Operation } from '#common/records/index.ts'
import type { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

/** One job's publish on its way through the steps. */
export interface JobContext {
  people: PeopleContext
  operation: Operation
  /** SHA-256 of its canonical bytes. */
  op: Uint8Array
  input: PublishFromCiInput
  /** As the job's issuer made it; none where the bundle speaks for the job. */
  idToken: string | undefined
  /** Set by findPublisher. */
  publisher?: app.npm.org.trustedPublisher.Main
  /** Set by buildVersion. */
  write?: BuiltRecord
  /** Set by buildVersion, where the operation names a bundle. */
  provenance?: Provenance | undefined
  /** Of the publisher's account; set by ensureAccount. */
  did?: string
}

export function notTrusted({ input }: Pick<JobContext, 'input'>, reason: string): AtollError {
  return new AtollError('NotTrusted', { package: input.name, reason })
}

/** @throws InternalError when the step that sets it has not run */
export function required<Value>(value: Value | undefined, setBy: string): Value {
  if (value === undefined) throw new AtollError('InternalError', {}, new Error(`${setBy} has to run before`))
  return value
}
