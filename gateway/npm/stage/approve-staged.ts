import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { AtollError } from '#common/errors/index.ts'
import { composeOperation, publishStaged } from '#common/operations/index.ts'
import { type BundleRef, describeBundle } from '#common/provenance/index.ts'
import { inspectTarball, limitsWith } from '#common/tarball/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import {
  type AskedInput,
  type HeldBack,
  type OpenedApproval,
  operationLifetimeSeconds,
  runOperation,
} from '../../operations/index.ts'
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

/** It waits for its person, or is published. */
export type StageApproval = { approval: OpenedApproval } | { heldBack: HeldBack }

/**
 * Publishes what somebody else staged: the ceremony of any publish, with the parked bytes. The first request opens the approval,
 * the second brings the code.
 * @returns where to approve it; or, when it is published, why it may not be installed yet
 * @throws StageNotFound, StageRejected, OwnStage, Forbidden, TokenStageOnly, VersionExists, InvalidCode, what the org PDS refuses
 */
export async function approveStaged(gateway: GatewayContext, asked: Approving): Promise<StageApproval> {
  const { session, id } = asked
  const staged = await findStaged(gateway, session, id)
  checkWaits(staged)
  const outcome = await runOperation(gateway.ceremony, {
    ...asked,
    parked: staged,
    compose: () => compose(gateway, session, staged),
  })
  if (outcome !== undefined && 'approval' in outcome) return outcome
  await gateway.stages.remove(id)
  gateway.updates.packageChanged(staged.name)
  return { heldBack: outcome?.heldBack }
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
      provenance: await describeParked(gateway, staged),
      stagedBy: staged.staged_by,
    },
    tarball: await inspect(gateway, staged),
    expiry: Math.floor(now / 1000) + operationLifetimeSeconds,
  })
}

async function inspect({ parked, config }: GatewayContext, { id, integrity }: StagedVersion) {
  const bytes = createReadStream(await findParked(parked, { id, integrity }))
  try {
    return await inspectTarball(bytes, limitsWith(config.limits.tarballBytes))
  } finally {
    bytes.destroy()
  }
}

/** The bundle it was staged with, which is published with it. */
async function describeParked(
  { parked }: GatewayContext,
  { id, bundle_integrity: integrity }: StagedVersion,
): Promise<BundleRef | undefined> {
  return integrity === null ? undefined : describeBundle(await readFile(await findParked(parked, { id, integrity })))
}

/** @throws StageNotFound when its bytes are gone */
async function findParked(
  parked: GatewayContext['parked'],
  { id, integrity }: { id: string; integrity: string },
): Promise<string> {
  const path = await parked.find(integrity)
  if (path === undefined) throw new AtollError('StageNotFound', { id })
  return path
}
