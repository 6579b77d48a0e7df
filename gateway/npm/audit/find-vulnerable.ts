import type { DidString } from '@atproto/syntax'
import { type Advisory, AffectedVersions, type SourcedAdvisory } from '#common/advisories/index.ts'
import { app } from '#lexicons'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { Installed } from './installed.ts'

/** An advisory about a package, and the versions of it that somebody has and that are vulnerable. */
export interface Vulnerable {
  name: string
  advisory: Advisory
  affected: AffectedVersions
  versions: string[]
}

/** As many as the AppView takes at a time. */
const namesAtOnce = 2_000

/**
 * What is vulnerable of what somebody has, by the advisories that are kept here: nobody outside is asked, so nothing about a
 * company's trees leaves it. Of packages this account or token may not read it says as little as of unknown ones.
 * @throws NotReady, ComponentUnavailable
 */
export async function findVulnerable(
  { peers }: Pick<GatewayContext, 'peers'>,
  installed: Installed,
  { did, rights }: Session,
): Promise<Vulnerable[]> {
  const names = [...installed.keys()]
  const limits = rights.packages === undefined ? {} : { packages: [...rights.packages] }
  const found: SourcedAdvisory[] = []
  for (let start = 0; start < names.length; start += namesAtOnce) {
    const input = { viewer: did as DidString, names: names.slice(start, start + namesAtOnce), ...limits }
    found.push(...(await peers.appview.call(app.npm.registry.findAdvisories, { input })).found)
  }
  return distinct(found).flatMap(({ advisory, about }) =>
    about.flatMap(({ name, affected }) => {
      const versions = [...(installed.get(name) ?? [])].filter((version) => affected.has(version))
      return versions.length === 0 ? [] : [{ name, advisory, affected, versions }]
    }),
  )
}

interface Distinct {
  advisory: Advisory
  about: { name: string; affected: AffectedVersions }[]
}

/** What several sources know, or one source under several names, is told once. */
function distinct(found: readonly SourcedAdvisory[]): Distinct[] {
  const told = new Map<string, Set<string>>()
  const result = new Map<Advisory['id'], Distinct>()
  for (const { advisory } of found) {
    if (result.has(advisory.id)) continue
    const names = [advisory.id, ...advisory.aliases]
    const about = advisory.affected.flatMap(({ name }) => {
      const known = told.get(name) ?? new Set()
      if (names.some((one) => known.has(one))) return []
      told.set(name, new Set([...known, ...names]))
      const affected = AffectedVersions.of(advisory, name)
      return affected === undefined ? [] : [{ name, affected }]
    })
    result.set(advisory.id, { advisory, about })
  }
  return [...result.values()]
}
