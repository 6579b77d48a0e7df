import { AtollError } from '#common/errors/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { StagedVersion } from '../../stages/index.ts'
import { isOwn, mayApprove } from './may-approve.ts'

/**
 * What is staged is seen by who staged it and by those who may approve it; for everybody else it is not there.
 * @throws StageNotFound
 */
export async function findStaged(
  context: Pick<GatewayContext, 'stages' | 'peers'>,
  session: Session,
  id: string,
): Promise<StagedVersion> {
  const staged = isUuid(id) ? await context.stages.find(id) : undefined
  const visible = staged !== undefined && (isOwn(staged, session) || (await mayApprove(context, session, staged)))
  if (!visible) throw new AtollError('StageNotFound', { id: id.slice(0, 64) })
  return staged
}

/** What is none never reaches the database. */
function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
}
