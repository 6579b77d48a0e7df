import { AtollError } from '#common/errors/index.ts'
import { type PackageName, parseVersion } from '#common/names/index.ts'
import { putTag } from '#common/operations/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { Change } from '../changes/index.ts'

/** `npm dist-tag add <package>@<version> <tag>`, for a version that may be installed. */
export function moveTag(
  { lookup }: Pick<GatewayContext, 'lookup'>,
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
        throw new AtollError('VersionHeld', { package: name.name, version, reason: verdict.reason })
      }
      return { procedure: putTag.procedure, input: { name: name.name, tag, version } }
    },
  }
}
