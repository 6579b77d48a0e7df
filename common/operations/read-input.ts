import type { LexMap } from '@atproto/lex-data'
import { ObjectSchema, type TypedObjectSchema } from '@atproto/lex-schema'
import { refuseOperation } from './operation-kind.ts'

/**
 * Holds an input to its lexicon, and to no more than that: a field that nobody reads could make two operations of one.
 * @throws InvalidOperation
 */
export function readInput<Schema extends TypedObjectSchema>(schema: Schema, input: LexMap): Schema['__lex']['output'] {
  const known = schema.schema instanceof ObjectSchema ? Object.keys(schema.schema.shape) : []
  const unknown = Object.keys(input).find((field) => !known.includes(field))
  if (unknown !== undefined) throw refuseOperation(`its input has an unknown field "${unknown}"`)
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw refuseOperation(`its input is not valid: ${parsed.reason.message}`, parsed.reason)
  return parsed.value
}
