import { z } from 'zod'
import { app } from '#lexicons'
import { type Approval, callWithApproval, type PersonalGateway } from './call-gateway.ts'

const writtenSchema = z.object({ id: z.string(), uri: z.string(), cid: z.string() })
/** An advisory that stands, or was withdrawn: its id and the record. */
export type WrittenAdvisory = z.output<typeof writtenSchema>

type Approve = (approval: Approval) => Promise<string>

/**
 * Has an advisory published, approved by the person in their browser; what is there already is not asked for again.
 * @param entry of OSV
 * @throws OperationRefused
 */
export async function addAdvisory(
  gateway: PersonalGateway,
  { osv, org }: { osv: unknown; org?: string | undefined },
  approve: Approve,
): Promise<WrittenAdvisory> {
  const input = { osv, ...(org === undefined ? {} : { org }) }
  return writtenSchema.parse(
    await callWithApproval(gateway, { nsid: app.npm.gateway.addAdvisory.main.nsid, input }, approve),
  )
}

/** Has one withdrawn, likewise. @throws OperationRefused */
export async function withdrawAdvisory(
  gateway: PersonalGateway,
  { id, reason, org }: { id: string; reason: string; org?: string | undefined },
  approve: Approve,
): Promise<WrittenAdvisory> {
  const input = { id, reason, ...(org === undefined ? {} : { org }) }
  const nsid = app.npm.gateway.withdrawAdvisory.main.nsid
  return writtenSchema.parse(await callWithApproval(gateway, { nsid, input }, approve))
}
