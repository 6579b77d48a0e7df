import type { LexMap } from '@atproto/lex-data'
import type { Action } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import type { InspectedTarball } from '#common/tarball/index.ts'

/** A version that was published before. */
export interface AttestedBeside {
  /** DID. */
  org: string
  name: string
  version: string
  /** Of its record. */
  cid: string
  integrity: string
}

/** What a kind of operation is made of; its own file says nothing else. */
interface KindParts<Input extends object> {
  /** NSID of the procedure that executes it. */
  procedure: string
  /** The permission it needs, on `packageOf`; undefined when it needs none. */
  action: Action | undefined
  /** Nobody can take it back: it is not for who manages by break-glass. */
  irrevocable?: true
  /** Collection of the record by which a person stands behind the write; undefined when nothing is written. */
  witness: string | undefined
  /** Who executes it, and whom the person's word is for, when it is not the org PDS. */
  executor?: 'gateway' | 'appview'
  /** @throws InvalidOperation, InvalidName, InvalidVersion */
  parseInput(input: LexMap): Input
  /** The package it is about; `*` when it is about the organisation. */
  packageOf(input: Draft<Input>): string
  /**
   * The record it writes: from the input and the tarball alone, whatever CID the input names.
   * @throws InvalidOperation, InvalidTarball
   */
  draftRecord(org: string, input: Draft<Input> | Input, tarball?: InspectedTarball): BuiltRecord
  /**
   * What it writes beside that record, in the same commit, where it does: from the input alone. A person stands behind each of
   * these with an approval of its own.
   */
  draftFurther?(org: string, input: Draft<Input> | Input): readonly BuiltRecord[]
  /**
   * Versions that whoever approves it stands behind besides, where it has them do so: an attestation of each is left in their
   * repository.
   */
  attests?(org: string, input: Draft<Input> | Input): readonly AttestedBeside[]
  /** One plain sentence for people: "publish @acme.test/hello@1.0.0 as latest". */
  summary(input: Draft<Input>): string
  /** What follows from it, for those who are asked to approve it, where the sentence does not say so by itself. */
  consequence?(input: Draft<Input>): string | undefined
}

/** An input before its record's CID is known. */
export type Draft<Input> = Input extends object ? Omit<Input, 'record'> : never

/** One kind of operation: how its input is checked, what it needs, and what it writes. All of it is pure. */
export interface OperationKind<Input extends object> extends KindParts<Input> {
  /**
   * The record the operation writes.
   * @param org DID of the repository
   * @param tarball needed for a publish
   * @throws InvalidOperation when it is not exactly the record the input names by its CID; InvalidTarball
   */
  recordOf(org: string, input: Input, tarball?: InspectedTarball): BuiltRecord
  /** What the operation writes beside it; nothing for most. */
  furtherRecordsOf(org: string, input: Input): readonly BuiltRecord[]
}

export function defineKind<Input extends { record?: string }>(parts: KindParts<Input>): OperationKind<Input> {
  return {
    ...parts,
    recordOf(org, input, tarball) {
      const built = parts.draftRecord(org, input, tarball)
      if (built.cid !== input.record) throw refuseOperation('its input makes another record than the one it names')
      return built
    },
    furtherRecordsOf: (org, input) => parts.draftFurther?.(org, input) ?? [],
  }
}

export function refuseOperation(reason: string, cause?: unknown): AtollError {
  return new AtollError('InvalidOperation', { reason }, cause)
}
