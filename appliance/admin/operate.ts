import { z } from 'zod'
import { app } from '#lexicons'
import { type Approval, callWithApproval, type PersonalGateway } from './call-gateway.ts'

/** An operation as somebody asks for it; the gateway adds what it needs to be complete. */
export interface OperationRequest {
  procedure: string
  /** DID of the organisation. */
  org: string
  input: Record<string, unknown>
}

export interface WrittenRecord {
  uri: string
  cid: string
}

export const writtenSchema = z.object({ uri: z.string(), cid: z.string() })

/**
 * Has an operation approved and executed.
 * @param approve sends the person to the page; settles with the code
 * @throws OperationRefused
 */
export async function operate(
  gateway: PersonalGateway,
  request: OperationRequest,
  approve: (approval: Approval) => Promise<string>,
): Promise<WrittenRecord> {
  const call = { nsid: app.npm.gateway.operate.main.nsid, input: request }
  return writtenSchema.parse(await callWithApproval(gateway, call, approve))
}
