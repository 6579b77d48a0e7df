import { readFile } from 'node:fs/promises'
import { isMap, isNode, isPair, LineCounter, type Node, type Pair, parseDocument } from 'yaml'
import { SettingsError } from '../settings-error.ts'

export type SettingPath = readonly (string | number)[]

/** `atoll.yaml` as it was written: what it says, and where. */
export interface SettingsDocument {
  /** As it was named; what messages call it. */
  file: string
  content: Record<string, unknown>
  /** `line:column` of a setting, or of the nearest thing above it that is written there. */
  positionOf(path: SettingPath): string | undefined
  /** The line a setting is written in; undefined when it is not. */
  lineOf(path: SettingPath): number | undefined
}

// Larger than any settings somebody writes; what aliases may grow to is bounded by the parser.
const maxBytes = 1_000_000

/** @throws SettingsError when the file cannot be read or is not YAML, naming every place */
export async function readDocument(file: string, { mustExist }: { mustExist: boolean }): Promise<SettingsDocument> {
  return parseSettings(file, await readText(file, mustExist))
}

/** @throws SettingsError */
export function parseSettings(file: string, text: string): SettingsDocument {
  const lines = new LineCounter()
  // Not pretty: those errors quote the line, and a line may hold a secret.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, position: `${line}:${col}` }
  }
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => `${file}:${at(pos[0]).position}: ${message}`)
    throw new SettingsError(`${file} is not valid YAML:\n  ${problems.join('\n  ')}`)
  }
  const content: unknown = document.toJS() ?? {}
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new SettingsError(`${file} must hold settings such as "names:", not a list or a word.`)
  }
  const find = (path: SettingPath) => offsetOf(document.contents, path)
  return {
    file,
    content: content as Record<string, unknown>,
    positionOf(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const offset = find(path.slice(0, length))
        if (offset !== undefined) return at(offset).position
      }
      return undefined
    },
    lineOf(path) {
      const offset = find(path)
      return offset === undefined ? undefined : at(offset).line
    },
  }
}

/** Where the key of a setting begins; of an entry of a list, the entry itself. */
function offsetOf(node: Node | null, [key, ...rest]: SettingPath): number | undefined {
  if (key === undefined) return node?.range?.[0]
  if (isMap(node)) {
    const pair = node.items.find((item): item is Pair<Node, Node | null> => keyOf(item) === String(key))
    if (pair === undefined) return undefined
    return rest.length === 0 ? pair.key.range?.[0] : offsetOf(pair.value, rest)
  }
  const entry = node !== null && 'get' in node ? node.get(key, true) : undefined
  return isNode(entry) ? offsetOf(entry, rest) : undefined
}

function keyOf(item: unknown): string | undefined {
  return isPair(item) && isNode(item.key) && 'value' in item.key ? String(item.key.value) : undefined
}

async function readText(file: string, mustExist: boolean): Promise<string> {
  try {
    const bytes = await readFile(file)
    if (bytes.length > maxBytes) throw new SettingsError(`${file} is larger than ${maxBytes} bytes.`)
    return bytes.toString('utf8')
  } catch (cause) {
    if (!mustExist && (cause as NodeJS.ErrnoException).code === 'ENOENT') return ''
    if (cause instanceof SettingsError) throw cause
    throw new SettingsError(`${file} cannot be read`, { cause })
  }
}
