import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { publishStaged } from '#common/operations/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { checkPermission } from '../check-permission.ts'
import { findStaged } from './find-staged.ts'
import { isOwn } from './may-approve.ts'

const querySchema = z.object({ reason: z.string().trim().min(1).max(1000).optional() })

/**
 * Takes a staged version away, with a reason for who staged it. That makes nothing installable, so no second factor is asked for: who
 * staged it may take it back, and who may approve it may reject it.
 * @throws StageNotFound, TokenStageOnly for what others staged, InvalidRequest
 */
export async function rejectStaged(
  gateway: GatewayContext,
  session: Session,
  { id, query }: { id: string; query: unknown },
): Promise<void> {
  const parsed = querySchema.safeParse(query)
  if (!parsed.success) throw new AtollError('InvalidRequest', { reason: 'a reason has 1 to 1000 characters' })
  const staged = await findStaged(gateway, session, id)
  if (!isOwn(staged, session)) {
    const { org, org_handle: handle, name } = staged
    await checkPermission(gateway, session, { org: { did: org, handle }, kind: publishStaged, package: name })
  }
  const rejected = await gateway.stages.reject(staged.id, session, parsed.data.reason)
  if (!rejected) throw new AtollError('StageNotFound', { id })
}
