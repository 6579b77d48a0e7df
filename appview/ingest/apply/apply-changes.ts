import { alarmUnapproved } from '../../ledger/alarm-unapproved.ts'
import { alarmWithdrawn } from '../../ledger/alarm-withdrawn.ts'
import { rememberFirstSights } from '../../ledger/first-sight.ts'
import { judgeVersions } from '../../ledger/judgements.ts'
import { recogniseMetadata } from '../../metadata/recognise-metadata.ts'
import { recogniseNames } from '../../names/recognise-names.ts'
import { renderPackages } from '../../render/render-packages.ts'
import { recogniseRights } from '../../rights/recognise-rights.ts'
import { announce } from '../../updates/announce.ts'
import { indexRecords } from './index-records.ts'
import type { Scene } from './scene.ts'

type ApplyStep = (scene: Scene) => Promise<void>

/** What a verified change of a repository does to the index, in this order, in one transaction. */
const gatherSteps = [
  indexRecords,
  rememberFirstSights, // the ledger keeps which record was there first
] as const satisfies ApplyStep[]

/** What follows from it. */
const concludeSteps = [
  recogniseRights, // approved teams, permissions and claims take effect
  recogniseNames, // what is claimed and granted is whose it is
  alarmUnapproved,
  judgeVersions, // by the rights as they are now
  recogniseMetadata, // approved tags, deprecations and retirements take effect, by the same rights
  alarmWithdrawn,
  renderPackages,
  announce,
] as const satisfies ApplyStep[]

/**
 * @param options.conclude false until every repository was read once: rights that are only partly known cannot judge
 */
export async function applyChanges(scene: Scene, { conclude }: { conclude: boolean }): Promise<void> {
  for (const step of conclude ? [...gatherSteps, ...concludeSteps] : gatherSteps) await step(scene)
}
