import { z } from 'zod'
import { app } from '#lexicons'
import { callGateway, type PersonalGateway } from './call-gateway.ts'
import type { OperationRequest } from './operate.ts'

const { operation, gateway } = app.npm

export type Promotion = app.npm.operation.defs.Promotion
export type PreflightReport = app.npm.operation.defs.PreflightReport
export type Waiver = app.npm.operation.defs.Waiver

/** What of a package is to be public. */
export interface PromotionDraft {
  /** DID of the organisation. */
  org: string
  name: string
  versions: readonly string[]
  /** Names of private packages it needs that are promoted as well. */
  together: readonly string[]
  waivers: readonly Waiver[]
}

/** Newest first; of packages that whoever asks may read. @throws OperationRefused */
export async function listPromotions(personal: PersonalGateway, org: string, name?: string): Promise<Promotion[]> {
  const params = { org, ...(name === undefined ? {} : { name }) }
  const answer = await callGateway(personal, { nsid: gateway.listPromotions.main.nsid, params })
  return (answer as { promotions: Promotion[] }).promotions
}

/** Reads every byte that would be public; nothing is written. @throws OperationRefused */
export async function checkPromotion(personal: PersonalGateway, draft: PromotionDraft): Promise<PreflightReport> {
  const call = { nsid: gateway.checkPromotion.main.nsid, input: { ...draft }, timeoutMs: 300_000 }
  return (await callGateway(personal, call)) as PreflightReport
}

const versionSchema = z.object({ record: z.object({ cid: z.string() }) })

/** The operation that asks for a promotion. @throws OperationRefused for a version that is not there */
export async function requestPromotion(
  personal: PersonalGateway,
  { org, name, versions, together, waivers }: PromotionDraft,
  follow: 'auto' | 'manual',
): Promise<OperationRequest> {
  const chosen = await Promise.all(
    versions.map(async (version) => {
      const params = { org, name, version }
      const answer = await callGateway(personal, { nsid: app.npm.registry.getVersion.main.nsid, params })
      return { version, cid: versionSchema.parse(answer).record.cid }
    }),
  )
  const optional = { ...(together.length > 0 && { together }), ...(waivers.length > 0 && { waivers }) }
  return {
    procedure: operation.requestPromotion.main.nsid,
    org,
    input: { name, versions: chosen, follow, ...optional },
  }
}

/** By which whoever approves stands behind the versions in public, where who published them has not agreed to be named. */
export function approvePromotion(org: string, { request, versions }: Promotion): OperationRequest {
  return { procedure: operation.approvePromotion.main.nsid, org, input: { request, attest: versions } }
}

/** By which who published agrees to be named in public. */
export function consentToPromotion(org: string, { request, cid }: Promotion): OperationRequest {
  return { procedure: operation.consentToPromotion.main.nsid, org, input: { ...request, record: cid } }
}

export function withdrawPromotion(org: string, { id, cid, request }: Promotion, reason?: string): OperationRequest {
  const said = reason === undefined ? {} : { reason }
  const input = { id, promotion: cid, name: request.name, ...said }
  return { procedure: operation.withdrawPromotion.main.nsid, org, input }
}
