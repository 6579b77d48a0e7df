import { isValidTid } from '@atproto/syntax'
import { parseVersion } from '#common/names/index.ts'
import { type BuiltRecord, buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { checkName } from './check-package.ts'
import { refuseOperation } from './operation-kind.ts'

export interface PromotionWaiver {
  /** Of a warning of the preflight. */
  code: string
  version?: string | undefined
  file?: string | undefined
  reason: string
}

/** Versions of a package that somebody wants to be public. */
export interface PromotionRequest {
  /** TID. */
  id: string
  /** The package. */
  name: string
  /** With the CIDs of their records: what is approved is these and no others of the same number. */
  versions: readonly { version: string; cid: string }[]
  /** Whether later versions follow by themselves when they pass the preflight. */
  follow: 'auto' | 'manual'
  /** Private packages it needs that are promoted as well. */
  together?: readonly string[] | undefined
  waivers?: readonly PromotionWaiver[] | undefined
  /** DID. */
  requestedBy: string
  /** RFC 3339. */
  createdAt: string
}

/** @throws InvalidOperation, InvalidName, InvalidVersion */
export function checkPromotionRequest({ id, name, versions, together = [], requestedBy }: PromotionRequest): void {
  checkTid(id)
  for (const each of [name, ...together]) checkName(each)
  for (const { version } of versions) parseVersion(version)
  if (new Set(versions.map(({ version }) => version)).size !== versions.length) {
    throw refuseOperation('it names a version twice')
  }
  if (new Set([name, ...together]).size !== together.length + 1) throw refuseOperation('it names a package twice')
  if (!isPerson(requestedBy)) throw refuseOperation('it does not say who asks')
}

/** @throws InvalidOperation */
export function checkTid(id: string): void {
  if (!isValidTid(id)) throw refuseOperation(`"${id}" cannot be the id of a promotion`)
}

/** The record of a request. Pure: whoever builds it from the same request gets the same CID. */
export function promotionOf(org: string, request: PromotionRequest): BuiltRecord {
  const { id, name, versions, follow, together, waivers, requestedBy, createdAt } = request
  const fields = {
    name,
    versions: versions.map(({ version, cid }) => ({ version, cid })),
    follow,
    together: together && [...together],
    waivers: waivers?.map((waiver) => definedOnly(waiver)),
    requestedBy,
    createdAt,
  }
  return placeRecord(org, buildRecord({ schema: app.npm.org.promotion.main, rkey: id, fields }, refuseOperation))
}

/** "@acme.com/ui 1.0.0, 1.1.0" */
export function describeChosen({ name, versions }: Pick<PromotionRequest, 'name' | 'versions'>): string {
  if (versions.length > 5) return `${name} (${versions.length} versions)`
  return `${name} ${versions.map(({ version }) => version).join(', ')}`
}

function isPerson(did: string): boolean {
  return /^did:plc:[a-z2-7]{24}$/.test(did)
}

function definedOnly(waiver: PromotionWaiver): Record<string, string> {
  const { code, version, file, reason } = waiver
  return { code, ...(version !== undefined && { version }), ...(file !== undefined && { file }), reason }
}
