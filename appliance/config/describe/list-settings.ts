import { alternativesOf, type JsonSchema } from './json-schema.ts'

/** One setting, as the reference shows it. */
export interface SettingDescription {
  /** Dotted; `[]` stands for each entry of a list. */
  path: string
  /** For people: `text`, `whole number`, `list of text`, `info | warn`. */
  type: string
  description: string | undefined
  required: boolean
  default: unknown
  secret: boolean
}

/** Every setting below a place of the schema, in the order they are written down there; sections are not settings. */
export function listSettings(schema: JsonSchema, path = '', required = false): SettingDescription[] {
  const alternatives = alternativesOf(schema)
  const shaped = alternatives.filter(({ properties }) => properties !== undefined)
  const listed = alternatives.filter(({ items }) => items !== undefined && isSection(items))
  const inside = [
    ...shaped.flatMap(({ properties = {}, required: needed = [] }) =>
      Object.entries(properties).flatMap(([key, child]) =>
        listSettings(child, path === '' ? key : `${path}.${key}`, needed.includes(key)),
      ),
    ),
    ...listed.flatMap(({ items }) => (items === undefined ? [] : listSettings(items, `${path}[]`))),
  ]
  if (inside.length > 0 && shaped.length + listed.length === alternatives.length) return withoutRepeats(inside)
  const own = {
    path,
    type: typeOf(schema),
    description: schema.description,
    required,
    default: schema.default,
    secret: schema.writeOnly === true,
  }
  return withoutRepeats([own, ...inside])
}

function isSection(schema: JsonSchema): boolean {
  return alternativesOf(schema).some(({ properties }) => properties !== undefined)
}

/** Alternatives may share settings. */
function withoutRepeats(settings: SettingDescription[]): SettingDescription[] {
  return [...new Map(settings.map((setting) => [setting.path, setting])).values()]
}

const words: Record<string, string> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'yes or no',
  object: 'settings',
}

function typeOf(schema: JsonSchema): string {
  const types = alternativesOf(schema).map((one) => {
    if (one.enum !== undefined) return one.enum.join(' | ')
    if (one.const !== undefined) return String(one.const)
    if (one.items !== undefined) return listOf(typeOf(one.items))
    return words[one.type ?? ''] ?? 'anything'
  })
  return [...new Set(types)].join(', or ')
}

function listOf(type: string): string {
  return type.includes(', or ') ? `list of (${type})` : `list of ${type}`
}
