import type { Policy } from '#common/policy/index.ts'
import type { app } from '#lexicons'
import type { InternalFacts } from '../verdict/facts/version-facts.ts'

type Told = app.npm.registry.getPromotionFacts.$OutputBody['versions'][number]

/** What of a version's facts decides whether it may become public. Pure. */
export function factsOfVersion(facts: InternalFacts, { labels }: Policy): Told {
  const { version, cid, judgement, provenance } = facts
  const attested = judgement?.versionCid === cid ? judgement.attestedBy : undefined
  const refused = facts.tampered
    ? 'another record stood in its place'
    : attested === undefined && facts.attestations > 0
      ? 'nobody who may publish this package attests it'
      : undefined
  const said = facts.labels.map(({ val, src, reason }) => ({
    val,
    effect: effectOf(val, labels),
    source: src,
    ...(reason === undefined ? {} : { reason }),
  }))
  return {
    version,
    ...(attested === undefined ? {} : { attester: attested }),
    ...(refused === undefined ? {} : { refused }),
    provenance: provenance?.state ?? 'absent',
    ...(provenance !== undefined && 'reason' in provenance ? { provenanceReason: provenance.reason } : {}),
    labels: said,
  } as Told
}

function effectOf(val: string, { block, hold, warn }: Policy['labels']): 'block' | 'warn' | 'note' {
  if (block.includes(val) || hold.includes(val)) return 'block'
  return warn.includes(val) ? 'warn' : 'note'
}
