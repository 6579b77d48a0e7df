import { compareWithSource, type DeclaredSource } from '#common/provenance/index.ts'
import type { FactSource, ProvenanceFact } from '../verdict/facts/known-elsewhere.ts'
import { declaredSource } from './declared-source.ts'
import { bundlesOf, type KnownBundle } from './known-bundles.ts'

/** What is known of where versions were built, held to what their organisation declares now. */
export const provenanceOf: FactSource<ProvenanceFact> = async (db, subject, versions) => {
  if (subject.source !== 'private' || versions.length === 0) return new Map()
  const { org, name } = subject
  const rows = await bundlesOf(db, org, name)
  const asked = rows.filter(({ version }) => versions.includes(version))
  if (asked.length === 0) return new Map()
  const { source } = await declaredSource(db, org, name)
  return new Map(asked.map((row) => [row.version, judge(row, source)]))
}

/** Pure. */
export function judge({ read, verified, refusal }: KnownBundle, source: DeclaredSource | undefined): ProvenanceFact {
  if (!read) return { state: 'unread' }
  if (verified === null) return { state: 'invalid', reason: refusal ?? 'nobody knows why' }
  const { build } = verified
  const reason = source && compareWithSource(build, source)
  if (reason !== undefined) return { state: 'mismatch', reason }
  const { repository, commit, workflow } = build
  return { state: 'verified', repository, commit, workflow, byDeclaredSource: source !== undefined }
}
