import { Failure } from '#appliance/failures.ts'
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
}

/** How far an organisation is with a name. */
export type ClaimState = 'free' | 'claimed' | 'granted'

// As long as the AppView waits at most; it is milliseconds behind.
const effectTimeoutMs = 10_000

/** The operation by which an organisation says that a name is its own. */
export function claimName(org: string, name: string): OperationRequest {
  return { procedure: app.npm.operation.claimName.main.nsid, org, input: { name } }
}

/**
 * @returns the name as it has to be written, and how far the organisation is with it
 * @throws NameTaken when it cannot have it; InvalidName
 */
export async function findClaim(
  { appview }: Admin,
  org: Org,
  name: string,
): Promise<{ name: string; state: ClaimState }> {
  const params = { org: org.did, name }
  const answer = await appview.call(app.npm.registry.getClaim, { params })
  return { name: answer.name, state: answer.state as ClaimState }
}

/**
 * The registry grants a name that the organisation claims. Doing it again changes nothing.
 * @returns the grant, when names are found by it
 * @throws NotClaimed, NameTaken
 */
export async function grantName({ people, appview }: Admin, org: Org, name: string): Promise<WrittenRecord> {
  const { uri, cid } = await people.call(app.npm.operation.grantName, { input: { org: org.did, name } })
  const params = { uri, cid, timeoutMs: effectTimeoutMs }
  const { effective } = await appview.call(app.npm.registry.awaitRecord, { params, timeoutMs: 2 * effectTimeoutMs })
  if (effective) return { uri, cid }
  throw new Failure(`${name} was granted (${uri}), but the index does not go by it yet: "atoll name list" tells when.`)
}

/** What organisations claim beside their handles. */
export async function listNames({ appview, did: viewer }: Admin): Promise<Name[]> {
  const { names } = await appview.call(app.npm.registry.listNames, { params: { viewer } })
  return names.map(({ name, org, handle, state, approvedBy }) => ({ name, org: handle ?? org, state, approvedBy }))
}
