import { applyChanges } from '../ingest/apply/apply-changes.ts'
import { Impact } from '../ingest/apply/impact.ts'
import type { Setting } from '../ingest/apply/scene.ts'
import type { Tx } from '../schema/index.ts'
import { noteUpstream } from '../updates/announce-upstream.ts'
import { judgePackument, readKept } from '../upstream/judge-packument.ts'
import type { DueSubject } from './due.ts'

/**
 * Decides and renders packages again, wherever they come from, and tells caches.
 * @param tx of who writes alone
 */
export async function renderSubjects(tx: Tx, setting: Setting, subjects: readonly DueSubject[]): Promise<void> {
  const impact = new Impact()
  const upstream: string[] = []
  for (const subject of subjects) {
    if (subject.source === 'private') impact.touchPackage(subject.org, subject.name)
    else if (await judgeAgain(tx, setting, subject)) upstream.push(subject.name)
  }
  await noteUpstream(tx, upstream)
  if (impact.packages.length > 0) await applyChanges({ ...setting, tx, changes: [], impact }, { conclude: true })
}

async function judgeAgain(tx: Tx, setting: Setting, key: { registry: string; name: string }): Promise<boolean> {
  const kept = await readKept(tx, key)
  if (kept === undefined) return false
  return (await judgePackument(tx, { registry: key.registry, name: key.name }, kept.full, setting)).announce
}
