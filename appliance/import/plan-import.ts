import type { Admin, Org } from '#appliance/admin/index.ts'
import { refuseName, stateOf } from './look-at-org.ts'
import { Journal } from './plan/journal.ts'
import { makePlan } from './plan/make-plan.ts'
import type { ImportPlan } from './plan/plan.ts'
import type { Progress } from './progress.ts'
import type { Source } from './sources/source.ts'
import { workFolder } from './work-folder.ts'

/** What the administrator asked for. */
export interface ImportRequest {
  admin: Admin
  org: Org
  source: Source
  dataDir: string
  progress: Progress
  stop: AbortSignal
}

/** Reads and verifies the source, against what the organisation has already. */
export async function planImport({ admin, org, source, dataDir, progress, stop }: ImportRequest): Promise<ImportPlan> {
  const work = workFolder(dataDir, { org: org.did, source: source.label })
  await using journal = await Journal.open(work.journal)
  progress.begin('Reading')
  return await makePlan({
    source,
    org: org.did,
    journal,
    tarballs: work.tarballs,
    refuseName: (name) => refuseName(admin, org, name),
    stateOf: (name) => stateOf(admin, org, name),
    progress: {
      found: (versions) => progress.found(versions),
      read: (name, version) => progress.step(`${name}@${version}`),
    },
    stop,
  })
}
