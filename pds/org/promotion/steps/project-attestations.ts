import { app } from '#lexicons'
import { noteProgress } from '../note-progress.ts'
import type { PromotionStep } from './step.ts'

/** The people PDS, which verifies the decision for itself, makes public who stands behind the versions. */
export const projectAttestations: PromotionStep = {
  reaches: 'attested',
  async take(context, promotion) {
    const { org, request } = promotion
    const input = { org, promotion: request.id } as never
    const { attesters } = await context.peers.people.call(app.npm.operation.projectAttestations, {
      input,
      timeoutMs: 120_000,
    })
    await noteProgress(context, promotion, { state: 'attested', attesters })
  },
}
