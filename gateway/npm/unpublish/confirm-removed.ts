import { AtollError } from '#common/errors/index.ts'
import { type PackageName, parseVersion } from '#common/names/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { versionOfFile } from '../../lookup/index.ts'
import { findOrganisation } from '../find-organisation.ts'

/**
 * npm's last request of an unpublish, with the code that is used up by then. The file went with its version; by itself it is
 * never removed.
 * @throws NotFound, InvalidRequest when the version is still there
 */
export async function confirmRemoved(
  gateway: Pick<GatewayContext, 'lookup'>,
  session: Session,
  { name, did, file }: { name: PackageName; did: string | undefined; file: string },
): Promise<void> {
  const version = versionOfFile(name, file)
  if (version === undefined) throw new AtollError('NotFound', { package: file })
  const org = did ?? (await findOrganisation(gateway, session, name)).did
  const wanted = { org, name: name.name, version: parseVersion(version), viewer: session }
  const { verdict } = await gateway.lookup.version(wanted)
  if (verdict.check === 'not-retired') return
  throw new AtollError('InvalidRequest', {
    reason: `${name.name}@${version} is still there: run "npm unpublish ${name.name}@${version}"`,
  })
}
