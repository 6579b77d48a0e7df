import { buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { checkPromotionRequest, describeChosen, type PromotionRequest, promotionOf } from './promotion-request.ts'
import { readInput } from './read-input.ts'

export interface ApprovePromotionInput {
  /** CID of the decision. */
  record: string
  /** As it was asked for: so that what is approved is what is shown. */
  request: PromotionRequest
  /** What its author stands behind as well, with their name. */
  attest: readonly { version: string; cid: string; integrity: string }[]
  createdAt: string
}

/** Versions become public: the second pair of eyes. */
export const approvePromotion = defineKind<ApprovePromotionInput>({
  procedure: app.npm.operation.approvePromotion.main.nsid,
  action: 'approve-promotion',
  irrevocable: true,
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.approvePromotionInput, input)
    checkPromotionRequest(parsed.request)
    checkAttested(parsed)
    return parsed
  },
  packageOf: ({ request }) => request.name,
  draftRecord(org, { request, createdAt }) {
    const { uri, cid } = promotionOf(org, request)
    const fields = { name: request.name, promotion: { uri, cid }, decision: 'approved', createdAt }
    const parts = { schema: app.npm.org.promotionDecision.main, rkey: request.id, fields }
    return placeRecord(org, buildRecord(parts, refuseOperation))
  },
  attests: (org, { request: { name }, attest }) =>
    attest.map(({ version, cid, integrity }) => ({ org, name, version, cid, integrity })),
  summary: ({ request }) => `make ${describeChosen(request)} public`,
  consequence: ({ request: { follow } }) =>
    `Everybody in the world can read and install these versions from then on, and keep them: this cannot be taken back. Your account is public as the one who stands behind them, unless who published a version agreed to be named.${follow === 'auto' ? ' Later versions become public by themselves when they pass the preflight.' : ''}`,
})

/** Nobody stands behind anything by it that is not shown as part of the promotion. */
function checkAttested({ request, attest }: Pick<ApprovePromotionInput, 'request' | 'attest'>): void {
  const chosen = new Map(request.versions.map(({ version, cid }) => [version, cid]))
  const odd = attest.find(({ version, cid }) => chosen.get(version) !== cid)
  if (odd !== undefined) throw refuseOperation(`it attests ${odd.version}, which is not what was asked for`)
  if (new Set(attest.map(({ version }) => version)).size !== attest.length) {
    throw refuseOperation('it attests a version twice')
  }
}
