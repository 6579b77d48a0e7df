import type { Scene } from '../ingest/apply/scene.ts'
import { appendRight } from '../ledger/rights-history.ts'
import { approvedCandidates } from './candidates.ts'
import { recognise } from './recognise.ts'
import { loadRights } from './rights-state.ts'

/** Puts approved teams and permissions into effect, once and for ever in this order. */
export async function recogniseRights({ tx, impact, log }: Scene): Promise<void> {
  for (const org of impact.rights) {
    const candidates = await approvedCandidates(tx, org)
    if (candidates.length === 0) continue
    const recognised = await recognise(await loadRights(tx, org, candidates), candidates)
    for (const right of recognised) {
      await appendRight(tx, org, right)
      log.info({ org, rkey: right.rkey, cid: right.cid, approvedBy: right.approvedBy }, 'a right took effect')
    }
  }
}
