import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import type { GatewayContext } from '../../context.ts'
import { findPublisher } from '../../publishers/index.ts'
import type { StagedVersion } from '../../stages/index.ts'

/**
 * Whoever staged it may still: readers count no version that somebody staged who may not publish, and nobody shall approve one for
 * nothing.
 * @throws Forbidden, NotTrusted
 */
export async function checkStager(
  gateway: Pick<GatewayContext, 'peers' | 'config'>,
  { org, org_handle: handle, name, staged_by: stager, staged_by_name: actor }: StagedVersion,
): Promise<void> {
  if (stager.startsWith('at://')) {
    await findPublisher(gateway, { org, name, uri: stager })
    return
  }
  const action = 'publish'
  const params = { org: org as DidString, actor: stager as DidString, action, package: name }
  const { allowed, missing = action } = await gateway.peers.appview.call(app.npm.registry.checkPermission, { params })
  if (!allowed) throw new AtollError('Forbidden', { actor, action, package: name, org: handle, missing })
}
