import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import { putTag } from '#common/operations/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { Change } from '../changes/index.ts'
import { readTags } from './read-tags.ts'

/** `npm dist-tag rm <package> <tag>`. `latest` stays: npm's own registry answers 400, too (npm/cli#8490). */
export function removeTag(
  context: Pick<GatewayContext, 'lookup' | 'packuments'>,
  session: Session,
  { name, tag }: { name: PackageName; tag: string },
): Change {
  return {
    name,
    what: 'dist-tag',
    asked: [tag, 'retired'],
    async plan() {
      const tags = await readTags(context, name, session)
      const version = Object.hasOwn(tags, tag) ? tags[tag] : undefined
      if (version === undefined) throw new AtollError('TagNotFound', { package: name.name, tag })
      return { procedure: putTag.procedure, input: { name: name.name, tag, version, retired: true } }
    },
  }
}
