import type { UriString } from '@atproto/syntax'
import type { Advisory } from '#common/advisories/index.ts'
import { matchesPackagePattern } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import {
  keysCovering,
  lookUpRow,
  type NameRow,
  nameAt,
  type PackageName,
  parsePackageName,
} from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { advisoriesAbout, isMeant } from '../advisories/index.ts'
import { gatherNameFacts } from '../resolve/resolve-name.ts'
import { readers, type XrpcContext } from './context.ts'
import { isRendered, mayRead } from './read-set.ts'

/** Advisories about packages, as they are found here. Of what the viewer may not read there is none, as of what is unknown. */
export function findAdvisories(context: XrpcContext): void {
  method(context.server, app.npm.registry.findAdvisories, {
    auth: context.authorize(readers),
    handler: async ({ input: { viewer, packages, names } }) => {
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const about = await advisoriesAbout(context.db, names)
      if (about.length === 0) return { found: [] }
      const sources = await sourcesOf(context, [...new Set(about.map(({ name }) => name))], { viewer, packages })
      const found = about.filter((one) => {
        const row = sources.get(one.name)
        return row !== undefined && isMeant(one, row)
      })
      return {
        found: found.map(({ source, advisory, org }) => ({
          source,
          advisory: org === undefined ? advisory : withLink(context, advisory),
        })),
      }
    },
  })
}

/** Whoever reads an audit is led to what was written here, where it names no page: there is nothing about it outside. */
function withLink({ network }: XrpcContext, advisory: Advisory): Advisory {
  const page = new URL(`/xrpc/${app.npm.security.listAdvisories.$nsid}`, network.publicUrls.gateway)
  page.searchParams.set('id', advisory.id)
  return { url: page.href as UriString, ...advisory }
}

type FoundRow = Exclude<NameRow, { source: 'none' }>

interface Reader {
  viewer: string
  /** Of private packages only these. */
  packages: readonly string[] | undefined
}

/** Where the names are found, of those that are found by this reader. */
async function sourcesOf(
  context: XrpcContext,
  names: readonly string[],
  { viewer, packages }: Reader,
): Promise<Map<string, FoundRow>> {
  const asked = names.flatMap((name) => parsed(name))
  const facts = await gatherNameFacts(context, [...new Set(asked.flatMap(keysCovering))])
  const sources = new Map<string, FoundRow>()
  for (const one of asked) {
    const row = lookUpRow(one, facts)
    if (row.source === 'upstream' || row.source === 'public') sources.set(nameAt(row.source, one), row)
    if (row.source !== 'private' || one.exact !== one.name) continue
    const covered = packages === undefined || packages.some((pattern) => matchesPackagePattern(one.name, pattern))
    const readable = covered && (await mayRead(context, row.org, viewer, one.name))
    if (readable && (await isRendered(context, row.org, one.name))) sources.set(one.name, row)
  }
  return sources
}

/** An advisory may be about what could be no package here. */
function parsed(name: string): PackageName[] {
  try {
    return [parsePackageName(name)]
  } catch {
    return []
  }
}
