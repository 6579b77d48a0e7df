import { compareWithSource, type DeclaredSource } from '#common/provenance/index.ts'
import { publicBundles, publicSource } from '../mirror/files/public-provenance.ts'
import type { FactSource, ProvenanceFact } from '../verdict/facts/known-elsewhere.ts'
import { declaredSource } from './declared-source.ts'
import { bundlesOf, type KnownBundle } from './known-bundles.ts'
import { type UpstreamProvenance, upstreamProvenance } from './upstream-answers.ts'

/** What is known of where versions were built, held to what their organisation, or public account, declares now. */
export const provenanceOf: FactSource<ProvenanceFact> = async (db, subject, versions) => {
  if (subject.source === 'upstream' && subject.registry.startsWith('did:')) {
    const { registry: did, name } = subject
    const known = await publicBundles(db, { did, name }, versions)
    const source = known.length === 0 ? undefined : await publicSource(db, did, name)
    return new Map(known.map((row) => [row.version, judge(row, source)]))
  }
  if (subject.source === 'upstream') {
    const known = await upstreamProvenance(db, subject, versions)
    return new Map(known.map((row) => [row.version, judgeUpstream(row)]))
  }
  const { org, name } = subject
  const rows = await bundlesOf(db, org, name)
  const asked = rows.filter(({ version }) => versions.includes(version))
  if (asked.length === 0) return new Map()
  const { source } = await declaredSource(db, org, name)
  return new Map(asked.map((row) => [row.version, judge(row, source)]))
}

/** Pure. */
export function judge(
  { read, verified, refusal }: Omit<KnownBundle, 'version'>,
  source: DeclaredSource | undefined,
): ProvenanceFact {
  if (!read) return { state: 'unread' }
  if (verified === null) return { state: 'invalid', reason: refusal ?? 'nobody knows why' }
  const { build } = verified
  const reason = source && compareWithSource(build, source)
  if (reason !== undefined) return { state: 'mismatch', reason }
  const { repository, commit, workflow } = build
  return { state: 'verified', repository, commit, workflow, byDeclaredSource: source !== undefined }
}

/**
 * Nobody declared a source here. That it is another repository than package.json names blocks nothing: packages move, and
 * npm's own registry compares the two when they are published. Pure.
 */
function judgeUpstream({ verified, refusal, of_repository: ofRepository }: UpstreamProvenance): ProvenanceFact {
  if (verified === null) return { state: 'invalid', reason: refusal ?? 'nobody knows why' }
  const { repository, commit, workflow } = verified.build
  return { state: 'verified', repository, commit, workflow, byDeclaredSource: ofRepository === true }
}
