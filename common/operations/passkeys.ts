import { app } from '#lexicons'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface AddPasskeyInput {
  record?: never
  /** Credential id. */
  credential: Uint8Array
  /** COSE_Key. */
  publicKey: Uint8Array
  createdAt: string
}

export interface RemovePasskeyInput {
  record?: never
  /** Credential id. */
  credential: Uint8Array
  createdAt: string
}

/** What both have in common: like an enrolment they are about the person who is the operation's `org`, and write no record. */
const personal = {
  action: undefined,
  witness: undefined,
  packageOf: () => '*',
  draftRecord() {
    throw refuseOperation('a passkey is no record')
  },
}

/** "This key is a second factor of this person": it fills a row in the org PDS's own table. */
export const addPasskey = defineKind<AddPasskeyInput>({
  ...personal,
  procedure: app.npm.operation.addPasskey.main.nsid,
  parseInput: (input) => readInput(app.npm.operation.defs.addPasskeyInput, input),
  summary: () => 'add a passkey',
})

export const removePasskey = defineKind<RemovePasskeyInput>({
  ...personal,
  procedure: app.npm.operation.removePasskey.main.nsid,
  parseInput: (input) => readInput(app.npm.operation.defs.removePasskeyInput, input),
  summary: () => 'remove a passkey',
})
