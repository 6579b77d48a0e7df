import type { Manifest } from '../render/manifest-fields.ts'
import { wordsIn } from './words.ts'

/** What a result says of a package, beside whose it is and how well it matches. */
export interface PackageSummary {
  name: string
  version: string
  description?: string
  keywords: string[]
  license?: string
  homepage?: string
  repository?: string
  bugs?: string
  deprecated?: string
  publisher: string
  maintainers: string[]
  date: string
}

export interface SearchEntry {
  /** What qualifiers ask for: lower case, and compared as a whole. */
  scope: string | null
  keywords: string[]
  authors: string[]
  maintainers: string[]
  deprecated: boolean
  /** By weight, what counts most first. */
  words: { name: string; keywords: string; description: string; people: string }
  summary: PackageSummary
}

// A list of results is read by people; who wants all of it asks for the package.
const maxText = 500
const maxList = 50

/** @param full a packument as it is served, so that no more can be found than can be installed */
export function describePackage(full: Manifest): SearchEntry {
  const name = String(full['name'])
  const version = String(fieldOf(full['dist-tags'], 'latest'))
  const latest = fieldOf(full['versions'], version)
  const summary: PackageSummary = {
    name,
    version,
    keywords: textsOf(fieldOf(latest, 'keywords')),
    publisher: textOf(fieldOf(fieldOf(latest, '_npmUser'), 'name')) ?? '',
    maintainers: namesOf(full['maintainers']),
    date: String(fieldOf(full['time'], version)),
    ...present({
      description: textOf(fieldOf(latest, 'description')),
      license: textOf(fieldOf(latest, 'license')),
      homepage: webAddress(fieldOf(latest, 'homepage')),
      repository: webAddress(urlOf(fieldOf(latest, 'repository'))),
      bugs: webAddress(urlOf(fieldOf(latest, 'bugs'))),
      deprecated: textOf(fieldOf(latest, 'deprecated')),
    }),
  }
  const authors = namesOf([fieldOf(latest, 'author')])
  return {
    scope: /^@([^/]+)\//.exec(name)?.[1] ?? null,
    keywords: lower(summary.keywords),
    authors: lower(authors),
    maintainers: lower(summary.maintainers),
    deprecated: summary.deprecated !== undefined,
    words: {
      name: joined([name]),
      keywords: joined(summary.keywords),
      description: joined([summary.description ?? '']),
      people: joined([...authors, ...summary.maintainers]),
    },
    summary,
  }
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Manifest)[field] : undefined
}

function textOf(value: unknown): string | undefined {
  // Postgres keeps neither NUL nor half a surrogate pair, which cutting off may leave.
  const text = typeof value === 'string' ? value.replaceAll('\0', '').slice(0, maxText).toWellFormed() : ''
  return text === '' ? undefined : text
}

/** Keywords are a list, but people write them into one string, too. */
function textsOf(value: unknown): string[] {
  const list = typeof value === 'string' ? value.split(/[,\s]+/) : Array.isArray(value) ? value : []
  return list.flatMap((entry) => textOf(entry) ?? []).slice(0, maxList)
}

/** People stand in manifests as `Ann <ann@example.com> (https://…)` or as objects; here by name, never with an address. */
function namesOf(value: unknown): string[] {
  const people = Array.isArray(value) ? value.slice(0, maxList) : []
  return people.flatMap((person) => {
    const name = textOf(typeof person === 'string' ? person.split(/[<(]/, 1)[0]?.trim() : fieldOf(person, 'name'))
    return name ?? []
  })
}

function urlOf(value: unknown): unknown {
  return typeof value === 'string' ? value : fieldOf(value, 'url')
}

/** Results become links: nothing but the web may be in them. */
function webAddress(value: unknown): string | undefined {
  const text = textOf(value)?.replace(/^git\+(?=https?:)/, '')
  if (text === undefined || !URL.canParse(text)) return undefined
  return /^https?:$/.test(new URL(text).protocol) ? text : undefined
}

function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

function lower(texts: string[]): string[] {
  return texts.map((text) => text.toLowerCase())
}

function joined(texts: string[]): string {
  return texts.flatMap(wordsIn).join(' ')
}
