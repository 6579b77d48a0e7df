import { type JsonSchema, schemasAt, settingsJsonSchema } from '../describe/index.ts'
import type { SettingPath } from '../document/index.ts'
import type { ReadSettings } from '../read-settings-file.ts'
import type { Settings } from '../settings.ts'

/** One setting and what it is. */
export interface EffectiveSetting extends Record<string, unknown> {
  /** Dotted; entries of lists by their number. */
  setting: string
  /** Secrets are left out. */
  value: unknown
  /** `atoll.yaml:3`, the name of a variable, or `default`. */
  source: string
}

const hidden = '…'

/** Everything the box goes by, and who said so; without secrets. */
export function effectiveSettings(read: ReadSettings, settings: Settings): EffectiveSetting[] {
  const schema = settingsJsonSchema()
  const { ports, publicUrls } = settings
  return leavesOf({ ...read.set, ports, publicUrls }).map(({ path, value }) => ({
    setting: path.join('.'),
    value: isSecret(schema, path) ? withoutPassword(value) : value,
    source: read.originOf(path) ?? 'default',
  }))
}

interface Leaf {
  path: SettingPath
  value: unknown
}

/** Lists of plain values are one setting; what has settings of its own is taken apart. */
function leavesOf(value: unknown, path: SettingPath = []): Leaf[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.some((entry) => typeof entry === 'object' && !Array.isArray(entry))) {
    return value.flatMap((entry, index) => leavesOf(entry, [...path, index]))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, value }]
  return Object.entries(value).flatMap(([key, child]) => leavesOf(child, [...path, key]))
}

function isSecret(schema: JsonSchema, path: SettingPath): boolean {
  return path.some((_, index) =>
    schemasAt(schema, path.slice(0, index + 1)).some(({ writeOnly }) => writeOnly === true),
  )
}

/** Of a URL that holds a password everything else may be seen; of any other secret nothing. */
function withoutPassword(value: unknown): string {
  const url = URL.parse(String(value))
  if (url === null || url.host === '') return hidden
  if (url.password !== '') url.password = hidden
  return decodeURI(url.href)
}
