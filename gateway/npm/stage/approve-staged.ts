import { createReadStream } from 'node:fs'
import { AtollError } from '#common/errors/index.ts'
import { composeOperation, publishStaged } from '#common/operations/index.ts'
import { inspectTarball, limitsWith } from '#common/tarball/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { type AskedInput, type OpenedApproval, operationLifetimeSeconds, runOperation } from '../../operations/index.ts'
import type { StagedVersion } from '../../stages/index.ts'
import { checkPermission } from '../check-permission.ts'
import { checkVersionIsNew } from '../publish/index.ts'
import { checkStager } from './check-stager.ts'
import { findStaged } from './find-staged.ts'
import { isOwn } from './may-approve.ts'

interface Approving extends Pick<AskedInput, 'session' | 'requester' | 'request' | 'otp'> {
  /** Of the stage. */
  id: string
}

/**
 * Publishes what somebody else staged: the ceremony of any publish, with the parked bytes. The first request opens the approval,
 * the second brings the code.
 * @returns where to approve it; undefined when it is published
 * @throws StageNotFound, StageRejected, OwnStage, Forbidden, TokenStageOnly, VersionExists, InvalidCode, what the org PDS refuses
 */
export async function approveStaged(gateway: GatewayContext, asked: Approving): Promise<OpenedApproval | undefined> {
  const { session, id } = asked
  const staged = await findStaged(gateway, session, id)
  checkWaits(staged)
  const outcome = await runOperation(gateway.ceremony, {
    ...asked,
    parked: staged.integrity,
    compose: () => compose(gateway, session, staged),
  })
  if (outcome !== undefined && 'approval' in outcome) return outcome.approval
  await gateway.stages.remove(id)
  gateway.updates.packageChanged(staged.name)
  return undefined
}

function checkWaits({ state, name, version, decided_by: by, reason }: StagedVersion): void {
  if (state === 'waiting') return
  throw new AtollError('StageRejected', { package: name, version, by: by ?? 'somebody', reason: reason ?? undefined })
}

async function compose(gateway: GatewayContext, session: Session, staged: StagedVersion) {
  const { org, org_handle: handle, name, version, tag, integrity, shasum } = staged
  const about = { package: name, version }
  if (isOwn(staged, session)) throw new AtollError('OwnStage', about)
  await checkPermission(gateway, session, { org: { did: org, handle }, kind: publishStaged, package: name })
  await checkStager(gateway, staged)
  await checkVersionIsNew({ gateway, session, name, version }, org)
  const now = gateway.clock.now()
  const createdAt = new Date(now).toISOString()
  return composeOperation({
    org,
    procedure: publishStaged.procedure,
    input: {
      ...{ name, version, integrity, shasum, tag, createdAt },
      size: Number(staged.size),
      stagedBy: staged.staged_by,
    },
    tarball: await inspect(gateway, staged),
    expiry: Math.floor(now / 1000) + operationLifetimeSeconds,
  })
}

async function inspect({ parked, config }: GatewayContext, { id, integrity }: StagedVersion) {
  const path = await parked.find(integrity)
  if (path === undefined) throw new AtollError('StageNotFound', { id })
  const bytes = createReadStream(path)
  try {
    return await inspectTarball(bytes, limitsWith(config.limits.tarballBytes))
  } finally {
    bytes.destroy()
  }
}
