import type { Scene } from '../ingest/apply/scene.ts'
import { network } from '../schema/index.ts'
import type { KnownVersion } from '../verdict/index.ts'

/** What others say of the company's own packages changes nothing by itself (DESIGN §5), but somebody has to look. */
export function alarmOutsideLabels(
  { log, policy }: Pick<Scene, 'log' | 'policy'>,
  known: readonly KnownVersion[],
): void {
  const grave = [...policy.labels.block, ...policy.labels.hold]
  for (const { row, facts } of known) {
    for (const { src, val, trust } of facts.labels) {
      if (trust === 'own' || !grave.includes(val)) continue
      const { org, name, version } = row
      log.error(
        { alarm: 'outside-label', network, org, name, version, src, val },
        'a labeler outside labels a version of ours',
      )
    }
  }
}
