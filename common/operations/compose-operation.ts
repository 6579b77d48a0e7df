import type { LexMap } from '@atproto/lex-data'
import { type BuiltRecord, canonicalBytes, type Operation, operationHash } from '#common/records/index.ts'
import type { InspectedTarball } from '#common/tarball/index.ts'
import { type CreateTokenInput, createToken } from './create-token.ts'
import { type EnrolInput, enrol } from './enrol.ts'
import { type DraftInput, kindOf, readOperation } from './kinds.ts'
import { refuseOperation } from './operation-kind.ts'
import { type AddPasskeyInput, addPasskey, type RemovePasskeyInput, removePasskey } from './passkeys.ts'
import { type PutLabelsInput, putLabels } from './put-labels.ts'

export interface ComposedOperation {
  operation: Operation
  /** Its canonical bytes: what is passed on and signed. */
  bytes: Uint8Array
  /** SHA-256 of the bytes. */
  op: Uint8Array
}

/**
 * Makes an operation of what somebody asks for: builds the record, names it by its CID in the input, and encodes it all.
 * @param request.org DID of the organisation
 * @param request.expiry seconds since the epoch
 * @throws InvalidOperation, InvalidTarball, InvalidName, InvalidVersion
 */
export function composeOperation(request: {
  org: string
  procedure: string
  input: Exclude<DraftInput, EnrolInput | CreateTokenInput | AddPasskeyInput | RemovePasskeyInput | PutLabelsInput>
  tarball?: InspectedTarball
  expiry: number
}): ComposedOperation & { write: BuiltRecord } {
  const { org, procedure, tarball, expiry } = request
  const write = kindOf(procedure).draftRecord(org, request.input, tarball)
  const input = { ...request.input, record: write.cid }
  return { ...encode({ org, procedure, input: definedOnly(input), expiry }), write }
}

/** The operation that binds a subject of the IdP to a person, who is its `org` too. */
export function composeEnrolment(input: EnrolInput, expiry: number): ComposedOperation {
  return encode({ org: input.did, procedure: enrol.procedure, input: definedOnly(input), expiry })
}

/** Takes a passkey as second factor of a person, who is its `org`. */
export function composeAddPasskey(did: string, input: AddPasskeyInput, expiry: number): ComposedOperation {
  return encode({ org: did, procedure: addPasskey.procedure, input: definedOnly(input), expiry })
}

/** Forgets a passkey of a person, who is its `org`. */
export function composeRemovePasskey(did: string, input: RemovePasskeyInput, expiry: number): ComposedOperation {
  return encode({ org: did, procedure: removePasskey.procedure, input: definedOnly(input), expiry })
}

/** The operation that makes a token. @param account DID of whose token it will be */
export function composeToken(account: string, input: CreateTokenInput, expiry: number): ComposedOperation {
  return encode({ org: account, procedure: createToken.procedure, input: definedOnly(input), expiry })
}

/** Labels something, or takes a label back. @param org DID of the organisation by whose rights */
export function composeLabels(org: string, input: PutLabelsInput, expiry: number): ComposedOperation {
  return encode({ org, procedure: putLabels.procedure, input: definedOnly(input), expiry })
}

// What `openApproval` takes.
const maxBytes = 65_536

function encode(operation: Operation): ComposedOperation {
  readOperation(operation)
  const bytes = canonicalBytes(operation)
  if (bytes.length > maxBytes) throw refuseOperation(`it is larger than ${maxBytes} bytes`)
  return { operation, bytes, op: operationHash(bytes) }
}

function definedOnly(input: object): LexMap {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
}
