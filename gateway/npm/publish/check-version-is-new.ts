import { AtollError } from '#common/errors/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'

interface NewVersion {
  gateway: Pick<GatewayContext, 'lookup'>
  session: Session
  name: string
  version: string
}

/** @throws VersionExists (403, as npm's own registry answers), VersionPurged */
export async function checkVersionIsNew({ gateway, session, name, version }: NewVersion, org: string): Promise<void> {
  try {
    const { verdict } = await gateway.lookup.version({ org, name, version, viewer: session })
    if (verdict.check === 'not-purged') {
      throw new AtollError('VersionPurged', { package: name, version, reason: verdict.reason })
    }
  } catch (error) {
    if (error instanceof AtollError && error.code === 'NotFound') return
    throw error
  }
  throw new AtollError('VersionExists', { package: name, version })
}
