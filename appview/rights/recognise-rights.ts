import type { Scene } from '../ingest/apply/scene.ts'
import { appendRight, type EffectiveRight } from '../ledger/rights-history.ts'
import { type NewNotice, putNotice } from '../notices/index.ts'
import { approvedCandidates } from './candidates.ts'
import { recognise } from './recognise.ts'
import { loadRights } from './rights-state.ts'

/** Puts approved teams and permissions into effect, once and for ever in this order. */
export async function recogniseRights({ tx, impact, log, clock }: Scene): Promise<void> {
  for (const org of impact.rights) {
    const candidates = await approvedCandidates(tx, org)
    if (candidates.length === 0) continue
    const recognised = await recognise(await loadRights({ db: tx, clock }, org, candidates), candidates)
    for (const right of recognised) {
      await appendRight(tx, org, right)
      touchOwned(impact, org, right)
      await putNotice(tx, changeNotice(org, right, new Date(clock.now())))
      log.info({ org, rkey: right.rkey, cid: right.cid, approvedBy: right.approvedBy }, 'a right took effect')
    }
  }
}

function changeNotice(org: string, { collection, rkey, cid, value, approvedBy }: EffectiveRight, at: Date): NewNotice {
  const data = { org, kind: value.kind, rkey, cid, approvedBy }
  return { type: 'rights.changed', key: [org, collection, rkey, cid], data, at }
}

/** A rule about one package may make or unmake an owner of it, whom its packument names. */
function touchOwned(impact: Scene['impact'], org: string, { value }: EffectiveRight): void {
  if (value.kind === 'permission' && value.action === 'publish' && !value.packages.endsWith('*')) {
    impact.touchPackage(org, value.packages)
  }
}
