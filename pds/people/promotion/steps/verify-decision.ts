import type { RecordSchema } from '@atproto/lex-schema'
import { AtollError } from '#common/errors/index.ts'
import type { PromotionRequest } from '#common/operations/index.ts'
import { fetchRecordProof } from '#common/proof/index.ts'
import { app } from '#lexicons'
import { findWitness } from '../../attest/index.ts'
import type { ProjectionContext } from '../context.ts'

/**
 * The promotion and its approval are in the organisation's repository, with proof, and each has its witness here: so a broken org PDS
 * names nobody in public.
 * @throws NotAttested, Forbidden, ProofFailed, ComponentUnavailable
 */
export async function verifyDecision(context: ProjectionContext): Promise<void> {
  const { org, id } = context
  const asked = await read(context, app.npm.org.promotion.main)
  const decision = await read(context, app.npm.org.promotionDecision.main)
  const { decision: decided, promotion } = decision.value
  if (decided !== 'approved' || promotion.cid !== asked.cid) throw refuse(context, 'it is not approved')
  const { $type: _, ...fields } = asked.value
  const request = { id, ...fields } as PromotionRequest
  const [asker, approver] = await Promise.all([witnessOf(context, asked.cid), witnessOf(context, decision.cid)])
  if (asker !== request.requestedBy) throw refuse(context, 'who it names as having asked did not')
  if (approver === asker) throw refuse(context, 'one person asked and approved')
  // What was asked for stands, also when who asked has left.
  if (context.later === undefined) await checkPermission(context, asker, 'promote', request.name)
  await checkPermission(context, approver, 'approve-promotion', request.name)
  if (context.later !== undefined && request.follow !== 'auto')
    throw refuse(context, 'its later versions do not follow')
  context.decided = { cid: asked.cid, request, approvedBy: approver }
  context.people.log.info({ org, id, package: request.name, approvedBy: approver }, 'a promotion is verified')
}

async function read<Schema extends RecordSchema>({ people, org, id }: ProjectionContext, schema: Schema) {
  const wanted = { did: org, role: 'org', collection: schema.$type, rkey: id } as const
  const proof = await fetchRecordProof(wanted, people.proofs)
  const parsed = proof && schema.safeParse(proof.record)
  if (proof === undefined || parsed?.success !== true) {
    throw new AtollError('NotAttested', { subject: `at://${org}/${schema.$type}/${id}`, reason: 'there is none' })
  }
  return { cid: proof.cid, value: parsed.value as Schema['__lex']['output'] }
}

async function witnessOf(context: ProjectionContext, cid: string): Promise<string> {
  const witness = await findWitness(context.people, cid)
  if (witness === undefined) throw refuse(context, 'nobody stands behind it here')
  return witness.did
}

async function checkPermission({ people, org }: ProjectionContext, did: string, action: string, name: string) {
  const params = { org, actor: did, action, package: name } as never
  const { allowed } = await people.appview.call(app.npm.registry.checkPermission, { params })
  if (!allowed) throw new AtollError('Forbidden', { actor: did, action, package: name, missing: action, org })
}

function refuse({ org, id }: ProjectionContext, reason: string): AtollError {
  return new AtollError('NotAttested', { subject: `the promotion ${id} of ${org}`, reason })
}
