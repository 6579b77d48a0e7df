import { createEnforcer } from '#common/authz/index.ts'
import type { Scene } from '../ingest/apply/scene.ts'
import { appendMetadata, effectiveMetadata } from '../ledger/metadata-history.ts'
import { loadRights, toOrgRights } from '../rights/rights-state.ts'
import type { MetadataValue } from '../schema/index.ts'
import { attesters } from './attesters.ts'
import { approvedCandidates } from './candidates.ts'
import { firstSights } from './first-sights.ts'
import { recognise } from './recognise.ts'
import { renderUpstream } from './render-upstream.ts'
import { tellPurged } from './tell-purged.ts'

/** What may be said of a package of upstream, too. */
const aboutUpstream: readonly MetadataValue['kind'][] = ['exception', 'advisory', 'upstreamPurge']

/** Puts what is said of packages into effect, once it is approved by somebody who may publish, except or label them. */
export async function recogniseMetadata({ tx, impact, log, clock }: Scene): Promise<void> {
  const byOrg = Map.groupBy(await approvedCandidates(tx, impact), ({ org }) => org)
  for (const [org, found] of byOrg) {
    const candidates = found.map(({ org: _, ...candidate }) => candidate)
    const effective = await effectiveMetadata(tx, org, [...new Set(candidates.map(({ name }) => name))])
    const enforcer = await createEnforcer(toOrgRights(await loadRights({ db: tx, clock }, org)))
    const firstSeen = await firstSights(tx, org, candidates)
    const attestedBy = await attesters(tx, org, candidates)
    const state = { effective, enforcer, firstSeen, attestedBy, now: clock.now() }
    for (const metadata of recognise(candidates, state)) {
      await appendMetadata(tx, org, metadata)
      const { name, rkey, cid, approvedBy } = metadata
      log.info({ org, rkey, cid, approvedBy }, 'what is said of a package took effect')
      impact.touchPackage(org, name)
      await tellPurged(tx, { org, ...metadata }, new Date(clock.now()))
      if (aboutUpstream.includes(metadata.value.kind)) await renderUpstream(tx, { name, clock })
    }
  }
}
