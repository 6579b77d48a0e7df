import { AtollError } from '#common/errors/index.ts'
import { wordsIn } from './words.ts'

/** What somebody looks for. Everything has to match; a list of keywords matches with any of them. */
export interface SearchQuery {
  /** As it was typed, without qualifiers: what is called exactly this comes first. */
  exact: string
  /** Beginnings of words. */
  words: string[]
  scopes: string[]
  keywords: string[][]
  authors: string[]
  maintainers: string[]
  deprecated: boolean | undefined
}

const maxParts = 20

/**
 * Reads npm's language of searches: https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md#get-v1search
 * @throws InvalidRequest for a state of packages that nothing is known about, and for too many words
 */
export function parseQuery(text: string): SearchQuery {
  const query: SearchQuery = {
    exact: '',
    words: [],
    scopes: [],
    keywords: [],
    authors: [],
    maintainers: [],
    deprecated: undefined,
  }
  const typed = text
    .toLowerCase()
    .split(/\s+/)
    .filter((part) => part !== '' && !takeQualifier(query, part))
  query.exact = typed.join(' ')
  query.words = [...new Set(wordsIn(query.exact))]
  const { words, scopes, keywords, authors, maintainers } = query
  if ([words, scopes, keywords, authors, maintainers].some((parts) => parts.length > maxParts)) {
    throw new AtollError('InvalidRequest', { reason: `a search has at most ${maxParts} words` })
  }
  return query
}

/** @returns false for what is an ordinary word */
function takeQualifier(query: SearchQuery, part: string): boolean {
  const [, qualifier, value = ''] = /^([a-z-]+):(.+)$/.exec(part) ?? []
  switch (qualifier) {
    case 'scope':
      query.scopes.push(value.replace(/^@/, ''))
      return true
    case 'keywords':
      query.keywords.push(value.split(',').slice(0, maxParts))
      return true
    case 'author':
      query.authors.push(value)
      return true
    case 'maintainer':
      query.maintainers.push(value)
      return true
    case 'is':
    case 'not':
      if (value !== 'deprecated') {
        throw new AtollError('InvalidRequest', { reason: `"${part.slice(0, 64)}" is not known: "deprecated" is` })
      }
      query.deprecated = qualifier === 'is'
      return true
    case 'boost-exact':
      // npm's way to switch off what is meant to help; the order is the same here.
      return true
    default:
      return false
  }
}
