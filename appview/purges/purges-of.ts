import { recordUri } from '#common/records/index.ts'
import type { FactSource, PurgeFact } from '../verdict/facts/known-elsewhere.ts'
import { type EffectivePurge, purgesOfPackage } from './effective-purges.ts'

/** Versions that were purged. Nothing supersedes a purge; of several of one version of upstream the first is told. */
export const purgesOf: FactSource<PurgeFact> = async (db, subject, versions) => {
  const facts = new Map<string, PurgeFact>()
  for (const purge of await purgesOfPackage(db, subject)) {
    const { version } = purge.value
    if (versions.includes(version) && !facts.has(version)) facts.set(version, toFact(purge))
  }
  return facts
}

function toFact({ org, collection, rkey, cid, value, approvedBy: by, effectiveAt }: EffectivePurge): PurgeFact {
  return { uri: recordUri(org, collection, rkey), cid, reason: value.reason, by, at: effectiveAt.toISOString() }
}
