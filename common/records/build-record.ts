import type { RecordSchema } from '@atproto/lex-schema'
import { recordUri } from './at-uri.ts'
import { cidOfRecord, type RecordValue } from './encoding.ts'

/** A record of whatever repository it will be written to. */
export interface UnplacedRecord {
  collection: string
  rkey: string
  record: RecordValue
  cid: string
}

/** A record as it will stand in a repository: where, what, and under which CID. */
export interface BuiltRecord extends UnplacedRecord {
  uri: `at://${string}`
}

export interface RecordParts {
  /** The record's lexicon, such as `app.npm.package.tag.main`. */
  schema: RecordSchema
  rkey: string
  /** Its fields, without `$type`; those that are undefined are left out. */
  fields: Record<string, RecordValue[string] | undefined>
}

/**
 * Builds a record and holds it to its lexicon. Pure: the same parts always give the same CID.
 * @param refuse makes the error from the reason why the record is not valid
 */
export function buildRecord({ schema, rkey, fields }: RecordParts, refuse: (reason: string) => Error): UnplacedRecord {
  const collection = schema.$type
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  const record: RecordValue = { $type: collection, ...Object.fromEntries(given) }
  const parsed = schema.safeParse(record)
  if (!parsed.success) throw refuse(parsed.reason.message)
  return { collection, rkey, record, cid: cidOfRecord(record) }
}

/** @param did of the repository */
export function placeRecord(did: string, unplaced: UnplacedRecord): BuiltRecord {
  return { uri: recordUri(did, unplaced.collection, unplaced.rkey), ...unplaced }
}
