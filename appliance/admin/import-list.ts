import { app } from '#lexicons'
import { type Approval, callWithApproval, type PersonalGateway } from './call-gateway.ts'
import { type WrittenRecord, writtenSchema } from './operate.ts'

export interface ListRequest {
  /** DID of the organisation. */
  org: string
  /** Where the versions come from. */
  source: string
  /** Canonical bytes. */
  list: Uint8Array
}

/**
 * Has the list of an import approved, as any operation.
 * @returns the import record: from now on its versions can be brought
 * @throws OperationRefused
 */
export async function importList(
  gateway: PersonalGateway,
  { org, source, list }: ListRequest,
  approve: (approval: Approval) => Promise<string>,
): Promise<WrittenRecord> {
  const call = { nsid: app.npm.gateway.import.main.nsid, params: { org, source }, input: list }
  return writtenSchema.parse(await callWithApproval(gateway, call, approve))
}
