import { matchesPackagePattern } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { keepOwned } from '../resolve/keep-owned.ts'
import type { ResolveContext } from '../resolve/resolve-name.ts'
import type { Enforcers } from '../rights/enforcers.ts'
import { findEntries, type Match, readSummaries } from './find-entries.ts'
import { parseQuery } from './parse-query.ts'

export interface SearchContext extends ResolveContext {
  enforcers: Enforcers
}

export interface Wanted {
  viewer: string
  text: string
  /** Names and patterns; undefined: among all. */
  packages: readonly string[] | undefined
  from: number
  size: number
}

/**
 * A page of what somebody finds. Nothing is counted before what they may not read is gone: totals say nothing about it.
 * @throws InvalidRequest, NotReady
 */
export async function searchPackages(context: SearchContext, wanted: Wanted) {
  if (!(await context.isBackfilled())) throw new AtollError('NotReady')
  const matches = await findEntries(context.db, parseQuery(wanted.text))
  const covered = matches.filter(({ name }) => isCovered(name, wanted.packages))
  const readable = await keepReadable(context.enforcers, wanted.viewer, covered)
  const owned = await keepOwned(context, readable)
  const page = owned.slice(wanted.from, wanted.from + wanted.size)
  return { total: owned.length, found: await readSummaries(context.db, page) }
}

function isCovered(name: string, packages: readonly string[] | undefined): boolean {
  return packages === undefined || packages.some((pattern) => matchesPackagePattern(name, pattern))
}

async function keepReadable(enforcers: Enforcers, viewer: string, matches: readonly Match[]): Promise<Match[]> {
  const orgs = [...new Set(matches.map(({ org }) => org))]
  const mayRead = new Map(
    await Promise.all(orgs.map(async (org) => [org, (await enforcers.of(org)).allowsEach(viewer, 'read')] as const)),
  )
  return matches.filter(({ org, name }) => mayRead.get(org)?.(name) === true)
}
