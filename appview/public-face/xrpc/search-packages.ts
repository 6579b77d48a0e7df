import type { DatetimeString, DidString } from '@atproto/syntax'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { publicNetwork } from '../../schema/index.ts'
import { findEntries, type Match, parseQuery, readSummaries } from '../../search/index.ts'
import { type FaceContext, readers } from '../context.ts'
import { ownersOf } from '../holders.ts'

/** What is found is what can be installed by the name it is found by. */
export function searchPackages(context: FaceContext): void {
  method(context.server, app.npm.registry.searchPackages, {
    auth: context.authorize(readers),
    handler: async ({ params: { text, from = 0, size = 20 } }) => {
      const { db } = context
      const named = await keepNamed(context, await findEntries(db, parseQuery(text), publicNetwork))
      const found = await readSummaries(db, named.slice(from, from + size), publicNetwork)
      const results = found.map(({ match, summary }) => ({
        ...summary,
        date: summary.date as DatetimeString,
        org: match.org as DidString,
        relevance: Math.round(match.relevance * 1_000_000),
      }))
      return { results, total: named.length }
    },
  })
}

async function keepNamed({ db, parties }: FaceContext, matches: readonly Match[]): Promise<Match[]> {
  const scopeOf = ({ name }: Match) => parsePackageName(name).scope ?? ''
  const owners = await ownersOf(db, [...new Set(matches.map(scopeOf))], parties)
  return matches.filter((match) => owners.get(scopeOf(match)) === match.org)
}
