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
  return told(distinct(found), installed)
}

/** An advisory about many packages is found for each of them. Two organisations may have given one id to advisories of their own. */
function distinct(found: readonly SourcedAdvisory[]): Advisory[] {
  const keyOf = ({ source, advisory }: SourcedAdvisory) => `${source} ${advisory.id} ${advisory.affected[0]?.name}`
  return [...new Map(found.map((one) => [keyOf(one), one.advisory])).values()]
}

/** What several sources know of a version, or one source under several names, is told once; what only one knows is told, too. */
function told(advisories: readonly Advisory[], installed: Installed): Vulnerable[] {
  const known = new Map<string, Set<string>>()
  return advisories.flatMap((advisory) =>
    advisory.affected.flatMap(({ name }) => {
      const affected = AffectedVersions.of(advisory, name)
      const vulnerable = [...(installed.get(name) ?? [])].filter((version) => affected?.has(version))
      const about = [advisory.id, ...advisory.aliases].map((id) => `${name} ${id}`)
      const versions = vulnerable.filter((version) => !about.some((id) => known.get(id)?.has(version)))
      for (const id of about) known.set(id, new Set([...(known.get(id) ?? []), ...versions]))
      return affected === undefined || versions.length === 0 ? [] : [{ name, advisory, affected, versions }]
    }),
  )
}
