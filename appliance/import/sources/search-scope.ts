import { z } from 'zod'
import { Failure } from '#appliance/failures.ts'
import { matchesPackagePattern } from '#common/authz/index.ts'
import type { OutboundResponse } from '#common/outbound/index.ts'

const pageSize = 250
// The public registry gives no more than this many results of a search.
const maxResults = 10_000
const resultSchema = z.object({ objects: z.array(z.object({ package: z.object({ name: z.string() }) })) })

/**
 * The packages of a scope. npm's protocol has no list of a scope; its search is what Verdaccio, Artifactory, Nexus and npm
 * have in common.
 * @param pattern such as `@acme/*`
 * @param get fetches a path of the registry
 * @throws Failure when the registry has no search
 */
export async function searchScope(
  pattern: string,
  get: (path: string) => Promise<OutboundResponse>,
): Promise<Set<string>> {
  const scope = /^@([^/]+)\//.exec(pattern)?.[1]
  if (scope === undefined) throw new Failure(`"${pattern}" says no scope: patterns look like @acme/* or @acme/ui-*.`)
  const seen = new Set<string>()
  for (let from = 0; from < maxResults; from += pageSize) {
    const query = new URLSearchParams({ text: `@${scope}`, size: String(pageSize), from: String(from) })
    const objects = await readPage(await get(`/-/v1/search?${query}`), pattern)
    const before = seen.size
    for (const object of objects) seen.add(object.package.name)
    // Some registries ignore "from" and give the same page for ever.
    if (objects.length < pageSize || seen.size === before) break
  }
  const found = new Set([...seen].filter((name) => matchesPackagePattern(name, pattern)))
  if (found.size === 0) throw new Failure(`The registry's search finds nothing for ${pattern}: name the packages.`)
  return found
}

async function readPage(response: OutboundResponse, pattern: string) {
  const parsed =
    response.status === 200
      ? resultSchema.safeParse(parseJson((await response.bytes()).toString('utf8')))
      : { success: false as const }
  if (parsed.success) return parsed.data.objects
  response.body.destroy()
  throw new Failure(
    `The registry has no search that works (${response.status}), so what matches ${pattern} cannot be found out: name the packages instead.`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
