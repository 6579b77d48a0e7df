import { type PackageName, parseVersion } from '#common/names/index.ts'
import { putTag } from '#common/operations/index.ts'
import { refusalOf } from '#common/policy/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { Change } from '../changes/index.ts'

/** `npm dist-tag add <package>@<version> <tag>`, for a version that may be installed. */
export function moveTag(
  { lookup, config }: Pick<GatewayContext, 'lookup' | 'config'>,
  viewer: Session,
  { name, tag, version }: { name: PackageName; tag: string; version: string },
): Change {
  return {
    name,
    what: 'dist-tag',
    asked: [tag, version],
    async plan({ did: org }) {
      const wanted = { org, name: name.name, version: parseVersion(version), viewer }
      const { verdict } = await lookup.version(wanted)
      if (verdict.kind !== 'allow') {
        throw refusalOf({ name: name.name, version, verdict, gatewayUrl: config.network.publicUrls.gateway })
      }
      return { procedure: putTag.procedure, input: { name: name.name, tag, version } }
    },
  }
}
