import { z } from 'zod'
import { settingsFileSchema } from '../schema.ts'

/** What of JSON Schema (draft 2020-12) the settings use. */
export interface JsonSchema {
  type?: string
  description?: string
  default?: unknown
  /** Set on secrets: programs that show settings leave them out. */
  writeOnly?: boolean
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | boolean
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  enum?: unknown[]
  const?: unknown
  minimum?: number
  maximum?: number
}

/** The schema of `atoll.yaml`, for editors and for everything here that has to know which settings there are. */
export function settingsJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(settingsFileSchema, { io: 'input' })
  return {
    ...schema,
    title: 'Atoll settings',
    description: 'Everything has a default: an empty file is a working box.',
  } as JsonSchema
}

/** The alternatives a place has; itself when it has one shape only. */
export function alternativesOf(schema: JsonSchema): JsonSchema[] {
  return (schema.anyOf ?? schema.oneOf ?? [schema]).flatMap((one) => (one === schema ? [one] : alternativesOf(one)))
}

/** The schemas of a place, by its path; several where there are alternatives, none where there is no such place. */
export function schemasAt(schema: JsonSchema, [key, ...rest]: readonly (string | number)[]): JsonSchema[] {
  const here = alternativesOf(schema)
  if (key === undefined) return here
  return here.flatMap((one) => childrenOf(one, key).flatMap((child) => schemasAt(child, rest)))
}

function childrenOf({ properties, items, additionalProperties }: JsonSchema, key: string | number): JsonSchema[] {
  const named = properties?.[key]
  if (named !== undefined) return [named]
  if (typeof key === 'number' && items !== undefined) return [items]
  return typeof additionalProperties === 'object' ? [additionalProperties] : []
}
