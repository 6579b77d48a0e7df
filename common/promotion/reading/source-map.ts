import { z } from 'zod'
import { maxWholeBytes } from '../limits.ts'
import type { TextSeen } from './text-seen.ts'

export interface MapSource {
  /** As the map names it, after its `sourceRoot`. */
  name: string
  /** When the map carries it. */
  content: string | undefined
}

export interface SourceMap {
  /** As findings name it. */
  file: string
  /** Folder of the map inside the package; empty at the top. */
  folder: string
  /** Why nobody can tell what is in it, as the middle of a sentence. */
  unreadable?: string
  sources: MapSource[]
}

// https://tc39.es/ecma426/: only what names or carries a source matters here.
const plainMap = z.object({
  sourceRoot: z.string().nullish(),
  sources: z.array(z.string().nullable()),
  sourcesContent: z.array(z.string().nullable()).nullish(),
})
const anyMap = z.union([plainMap, z.object({ sections: z.array(z.object({ map: plainMap })) })])

const inlineStart = 'sourceMappingURL=data:'

/** The maps in a text: itself when it is one, and those it carries as data URLs. */
export function findSourceMaps({ file, path, text, whole }: TextSeen): SourceMap[] {
  if (path === undefined) return []
  const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0))
  const isMap = path.endsWith('.map')
  const inline = inlineMaps(text)
  if (!isMap && inline.length === 0) return []
  if (!whole) {
    const unreadable = `it is larger than ${maxWholeBytes / 2 ** 20} MiB`
    return [{ file, folder, unreadable, sources: [] }]
  }
  const maps = [...(isMap ? [text] : []), ...inline]
  return maps.map((json) => ({ file, folder, ...readMap(json) }))
}

function inlineMaps(text: string): string[] {
  const maps: string[] = []
  const url = /([^\s'"*,]{0,100}),([^\s'"*]*)/y
  for (let at = text.indexOf(inlineStart); at !== -1; at = text.indexOf(inlineStart, at)) {
    at += inlineStart.length
    url.lastIndex = at
    const [found, kind = '', data = ''] = url.exec(text) ?? []
    // Bundlers and tools that look for maps have the words in their own code.
    if (found === undefined) continue
    maps.push(decodeDataUrl(kind, data))
    at += found.length
  }
  return maps
}

function decodeDataUrl(kind: string, data: string): string {
  if (kind.endsWith(';base64')) return Buffer.from(data, 'base64').toString()
  try {
    return decodeURIComponent(data)
  } catch {
    return data
  }
}

function readMap(json: string): Pick<SourceMap, 'sources' | 'unreadable'> {
  // The prefix keeps scripts from including a map: https://tc39.es/ecma426/#json-response-prefix
  const parsed = anyMap.safeParse(parseJson(json.replace(/^\)\]\}'[^\n]*\n/, '')))
  if (!parsed.success) return { unreadable: 'it is no source map', sources: [] }
  const plain = 'sections' in parsed.data ? parsed.data.sections.map(({ map }) => map) : [parsed.data]
  return { sources: plain.flatMap(sourcesOf) }
}

function sourcesOf({ sourceRoot, sources, sourcesContent }: z.infer<typeof plainMap>): MapSource[] {
  const root = !sourceRoot || sourceRoot.endsWith('/') ? (sourceRoot ?? '') : `${sourceRoot}/`
  // Contents may be more than the names: what has no name is carried all the same.
  return Array.from({ length: Math.max(sources.length, sourcesContent?.length ?? 0) }, (_, index) => ({
    name: `${root}${sources[index] ?? ''}`,
    content: sourcesContent?.[index] ?? undefined,
  }))
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
