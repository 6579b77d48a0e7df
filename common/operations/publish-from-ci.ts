import { AtUri } from '@atproto/syntax'
import { app } from '#lexicons'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { checkPublished, type PublishInput, publish } from './publish.ts'
import { readInput } from './read-input.ts'

export interface PublishFromCiInput extends PublishInput {
  /** At-URI of the trusted publisher's record. */
  publisher: string
}

/**
 * A version that a job publishes, with nobody there: what the identity provider's word is for a person, the job's own ID token is here,
 * made for exactly these bytes. What the job may, the trusted publisher's record says, so no permission is asked for.
 */
export const publishFromCi = defineKind<PublishFromCiInput>({
  procedure: app.npm.operation.publishFromCi.main.nsid,
  action: undefined,
  witness: app.npm.publish.attestation.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.publishFromCiInput, input)
    checkPublished(parsed)
    readPublisherUri(parsed.publisher)
    return parsed
  },
  packageOf: publish.packageOf,
  draftRecord: publish.draftRecord,
  draftFurther: (org, input) => publish.draftFurther?.(org, input) ?? [],
  summary: (input) => `${publish.summary(input)}, from CI`,
})

/** @returns the organisation and the record's key @throws InvalidOperation when it is no trusted publisher's */
export function readPublisherUri(uri: string): { org: string; rkey: string } {
  const { host: org, collection, rkey } = new AtUri(uri)
  if (collection === app.npm.org.trustedPublisher.main.$type && rkey !== '' && org.startsWith('did:plc:')) {
    return { org, rkey }
  }
  throw refuseOperation('it does not say which trusted publisher it is of')
}
