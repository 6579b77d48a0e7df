import { z } from 'zod'
import { app } from '#lexicons'
import { type Approval, callWithApproval, type PersonalGateway } from './call-gateway.ts'

/** A purge as somebody asks for it. */
export interface PurgeRequest {
  /** The package. */
  name: string
  /** Exact ones. */
  versions: string[]
  reason: string
  /** DID of the organisation by whose rights. */
  org?: string | undefined
}

const purgedSchema = z.object({
  source: z.enum(['private', 'upstream']),
  org: z.string(),
  uri: z.string(),
  cid: z.string(),
})
export type Purged = z.infer<typeof purgedSchema>

/**
 * Has the bytes of versions deleted for good, approved by the person in their browser.
 * @throws OperationRefused
 */
export async function purgeVersions(
  gateway: PersonalGateway,
  request: PurgeRequest,
  approve: (approval: Approval) => Promise<string>,
): Promise<Purged> {
  const call = { nsid: app.npm.gateway.purge.main.nsid, input: request }
  return purgedSchema.parse(await callWithApproval(gateway, call, approve))
}
