import type { PackageName } from '#common/names/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { type Change, currentDocument, planRetirement } from '../changes/index.ts'

/** `npm unpublish <package> --force`: every version there is, or none. */
export function retireAll(
  gateway: GatewayContext,
  session: Session,
  { name, revision }: { name: PackageName; revision: string },
): Change {
  return {
    name,
    what: 'unpublish',
    asked: [revision],
    async plan() {
      const document = await currentDocument(gateway, session, { name, revision })
      const versions = Object.keys(document.versions ?? {})
      return planRetirement(gateway, { name: name.name, versions, document })
    },
  }
}
