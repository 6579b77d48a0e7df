import type { BuiltRecord, RecordValue } from '#common/records/index.ts'
import { app } from '#lexicons'

/** What a witness has to be about: a record as it stands, or will stand, in an organisation's repository. */
export type Witnessed = Pick<BuiltRecord, 'uri' | 'cid' | 'record'> & { org: string }

/** Attestations and approvals, each with what it says beside the strong reference that has to agree with the record. */
const kinds = [
  { schema: app.npm.publish.attestation.main, agreeing: ['name', 'version', 'integrity'] },
  { schema: app.npm.org.approval.main, agreeing: [] },
] as const

/**
 * Whether a record in a person's repository stands behind exactly this write.
 * @param collection what kind of witness is asked for
 * @returns what is wrong with it, or undefined when it counts
 */
export function checkWitness(collection: string, witness: RecordValue, subject: Witnessed): string | undefined {
  const kind = kinds.find(({ schema }) => schema.$type === collection)
  const parsed = kind?.schema.safeParse(witness)
  if (kind === undefined || parsed?.success !== true) return `it is not a valid ${collection}`
  const { org, subject: reference } = parsed.value
  if (org !== subject.org) return 'it is for another organisation'
  if (reference.uri !== subject.uri) return 'it is about another record'
  if (reference.cid !== subject.cid) return 'it is about other contents of the record'
  const differing = kind.agreeing.find((field) => witness[field] !== subject.record[field])
  return differing === undefined ? undefined : `its ${differing} is not the record's`
}
