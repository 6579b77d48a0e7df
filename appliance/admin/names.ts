import { Failure } from '#appliance/failures.ts'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import type { Org } from './find.ts'
import type { Admin } from './open-admin.ts'
import type { OperationRequest, WrittenRecord } from './operate.ts'

export interface Name extends Record<string, unknown> {
  /** A package's name, or `@scope/*`. */
  name: string
  /** Handle of the organisation; its DID while it has none. */
  org: string
  state: string
  approvedBy: string | undefined
  /** DID of whom the organisation hands it over to. */
  to: string | undefined
}

/** How far an organisation is with a name. */
export type ClaimState = 'free' | 'claimed' | 'granted'

export interface Claim {
  /** As it has to be written. */
  name: string
  state: ClaimState
  /** DID of who has it and hands it over to this organisation. */
  from: string | undefined
  /** A package that upstream has there: then it takes two administrators of the registry. */
  upstream: string | undefined
}

/** What became of a name, one entry for each thing. */
export type NameHistory = app.npm.registry.getNameHistory.$OutputBody
export type NameDraft = app.npm.operation.draftNameDecision.$OutputBody

// As long as the AppView waits at most; it is milliseconds behind.
const effectTimeoutMs = 10_000

/** The operation by which an organisation says that a name is its own. */
export function claimName(org: string, name: string): OperationRequest {
  return { procedure: app.npm.operation.claimName.main.nsid, org, input: { name } }
}

/** The operation by which it takes that back. */
export function releaseName(org: string, name: string): OperationRequest {
  return { procedure: app.npm.operation.releaseName.main.nsid, org, input: { name } }
}

/** The operation by which it hands a name over, or calls that off. @param to DID */
export function transferName(
  org: string,
  { name, to, cancel }: { name: string; to: string; cancel: boolean },
): OperationRequest {
  const input = { name, to, ...(cancel ? { retired: true } : {}) }
  return { procedure: app.npm.operation.transferName.main.nsid, org, input }
}

/** The operation by which an administrator of the registry approves what it would write. */
export function approveName({ registry: org, approvedBy: _, ...input }: NameDraft): OperationRequest {
  return { procedure: app.npm.operation.approveName.main.nsid, org, input }
}

/** What the registry would write to give a name to an organisation, and who approved that. @throws NotClaimed, NotTransferred */
export function draftName({ people }: Admin, { did: org }: Org, name: string): Promise<NameDraft> {
  return people.call(app.npm.operation.draftNameDecision, { params: { org, name } })
}

/** @throws NameTaken when it cannot have it; InvalidName */
export async function findClaim({ appview }: Admin, org: Org, name: string): Promise<Claim> {
  const params = { org: org.did, name }
  const answer = await appview.call(app.npm.registry.getClaim, { params })
  return { name: answer.name, state: answer.state as ClaimState, from: answer.from, upstream: answer.upstream }
}

/**
 * The registry gives a name to the organisation that claims it: one that nobody had by a grant, another's by a change. Doing it again
 * changes nothing.
 * @returns its record, when names are found by it; how many administrators approved, when that takes another one
 * @throws NotClaimed, NotTransferred, NameTaken
 */
export async function decideName(
  { people, appview }: Admin,
  { org, name, kind }: { org: Org; name: string; kind: 'grant' | 'change' },
): Promise<WrittenRecord | { needsAnother: true }> {
  const { grantName, changeName } = app.npm.operation
  const input = { org: org.did, name }
  try {
    const { uri, cid } =
      kind === 'grant' ? await people.call(grantName, { input }) : await people.call(changeName, { input })
    const params = { uri, cid, timeoutMs: effectTimeoutMs }
    const { effective } = await appview.call(app.npm.registry.awaitRecord, { params, timeoutMs: 2 * effectTimeoutMs })
    if (effective) return { uri, cid }
    throw new Failure(
      `The registry wrote it (${uri}), but the index does not go by it yet: "atoll name list" tells when.`,
    )
  } catch (error) {
    if (error instanceof AtollError && error.code === 'NeedsAdministrators') return { needsAnother: true }
    throw error
  }
}

/** The registry takes back that a name is somebody's. @throws NotGranted, InvalidName */
export async function withdrawName({ people }: Admin, name: string): Promise<WrittenRecord> {
  const { uri, cid } = await people.call(app.npm.operation.withdrawName, { input: { name } })
  return { uri, cid }
}

/** What organisations claim beside their handles. */
export async function listNames({ appview, did: viewer }: Admin): Promise<Name[]> {
  const { names } = await appview.call(app.npm.registry.listNames, { params: { viewer } })
  return names.map(({ name, org, handle, state, approvedBy, to }) => ({
    name,
    org: handle ?? org,
    state,
    approvedBy,
    to,
  }))
}

/** @throws NotFound when nobody ever claimed or granted it; InvalidName */
export function nameHistory({ appview, did: viewer }: Admin, name: string): Promise<NameHistory> {
  return appview.call(app.npm.registry.getNameHistory, { params: { viewer, name } })
}
