import { z } from 'zod'
import { app } from '#lexicons'
import { defineKind, refuseOperation } from './operation-kind.ts'

export interface EnrolInput {
  record?: never
  /** `iss` of the IdP's tokens. */
  issuer: string
  /** `sub` of the IdP's tokens. */
  subject: string
  /** The person; the operation's `org` is this DID too. */
  did: string
}

// OpenID Connect Core §2 bounds `sub` to 255 ASCII characters.
const inputSchema = z.strictObject({
  issuer: z.url().max(2048),
  subject: z.string().min(1).max(255),
  did: z.string().regex(/^did:plc:[a-z2-7]{24}$/),
})

/** "This subject of the IdP is this DID": it fills a row in the org PDS's own table and writes no record. */
export const enrol = defineKind<EnrolInput>({
  procedure: app.npm.operation.enrol.main.nsid,
  action: undefined,
  witness: undefined,
  parseInput(input) {
    const parsed = inputSchema.safeParse(input)
    if (!parsed.success) throw refuseOperation('its input is not valid', parsed.error)
    return parsed.data
  },
  packageOf: () => '*',
  draftRecord() {
    throw refuseOperation('an enrolment writes no record')
  },
  summary: ({ subject, issuer, did }) => `bind ${subject} of ${issuer} to ${did}`,
})
