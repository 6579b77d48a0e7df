import { matchesPackagePattern } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { keysCovering, lookUpRow, type PackageName, parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { advisoriesAbout } from '../advisories/index.ts'
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
      const found = about.filter(({ name, internal }) => {
        const source = sources.get(name)
        return source === 'upstream' || (source === 'private' && internal)
      })
      return { found: found.map(({ source, advisory }) => ({ source, advisory })) }
    },
  })
}

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
): Promise<Map<string, 'private' | 'upstream'>> {
  const asked = names.flatMap((name) => parsed(name))
  const facts = await gatherNameFacts(context, [...new Set(asked.flatMap(keysCovering))])
  const sources = new Map<string, 'private' | 'upstream'>()
  for (const one of asked) {
    const row = lookUpRow(one, facts)
    if (row.source === 'upstream') sources.set(one.exact, row.source)
    if (row.source !== 'private' || one.exact !== one.name) continue
    const covered = packages === undefined || packages.some((pattern) => matchesPackagePattern(one.name, pattern))
    const readable = covered && (await mayRead(context, row.org, viewer, one.name))
    if (readable && (await isRendered(context, row.org, one.name))) sources.set(one.name, row.source)
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
