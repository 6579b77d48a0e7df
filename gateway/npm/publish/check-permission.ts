import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { publish } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { checkOperation } from '../../auth/access/index.ts'
import type { PublishRequest } from './context.ts'
import type { Organisation } from './find-organisation.ts'

/**
 * Asked for fresh, so that nobody goes through the ceremony for what will be refused at its end.
 * @throws Forbidden naming the permission that is missing; TokenStageOnly, TokenTooNarrow
 */
export async function checkPermission(
  { gateway, session, document }: PublishRequest,
  org: Organisation,
): Promise<void> {
  const { name } = document.name
  checkOperation(session, { procedure: publish.procedure, about: name })
  const params = { org: org.did as DidString, actor: session.did as DidString, action: 'publish', package: name }
  const { allowed, missing } = await gateway.peers.appview.call(app.npm.registry.checkPermission, { params })
  if (allowed) return
  const details = {
    actor: session.handle,
    action: 'publish',
    package: name,
    org: org.handle,
    missing: missing ?? `publish ${name}`,
  }
  throw new AtollError('Forbidden', details)
}
