import { join } from 'node:path'
import { openAdmin } from '#appliance/admin/index.ts'
import type { Settings } from '#appliance/config/index.ts'
import { app } from '#lexicons'
import { type AskedComponent, askComponent, type ComponentStatus } from './ask-component.ts'
import { askPostgres } from './ask-postgres.ts'
import { openWatch, type Target, type Watch } from './open-watch.ts'
import { type PublicRelay, publicRelaysOf } from './public-relays.ts'
import { type Stage, stagesOf } from './stages.ts'

type Upstream = app.npm.registry.getStatus.Upstream & Record<string, unknown>

/** How the box is, as `atoll status` shows it. */
export interface BoxStatus {
  components: ComponentStatus[]
  stages: Stage[]
  /** Registries outside; empty when the AppView cannot say. */
  upstreams: Upstream[]
  /** Relays of the public network; empty where none is followed, or the AppView cannot say. */
  publicRelays: PublicRelay[]
  /** Whatever else the components count. */
  figures: { component: string; figure: string; value: number }[]
}

const postgresTimeoutMs = 3_000

/** Asks everybody at once. Never rejects because of somebody who does not answer. */
export async function gatherStatus(settings: Settings): Promise<BoxStatus> {
  const watch = await openWatch(settings)
  const [asked, postgres, upstreams] = await Promise.all([
    Promise.all(watch.targets.map(async (target) => ({ ...target, ...(await askComponent(target, watch)) }))),
    // Where components are containers, nobody but they can reach it: their own checks tell.
    settings.applianceConfig === undefined ? [askDatabase(settings.dataDir)] : [],
    askUpstreams(settings, watch),
  ])
  return {
    components: [...asked.map(({ status }) => status), ...(await Promise.all(postgres))],
    stages: watch.token === undefined ? [] : stagesOf(asked, Date.now()),
    upstreams,
    publicRelays: publicRelaysOf(asked, Date.now()),
    figures: asked.flatMap(figuresOf),
  }
}

function figuresOf({ component, report }: Target & AskedComponent): BoxStatus['figures'] {
  return Object.entries(report?.counts ?? {}).map(([figure, value]) => ({ component, figure, value }))
}

async function askDatabase(dataDir: string): Promise<ComponentStatus> {
  const began = performance.now()
  const { url, problem } = await askPostgres(join(dataDir, 'run'), postgresTimeoutMs)
  const ms = problem === undefined ? Math.round(performance.now() - began) : undefined
  return { component: 'postgres', state: problem === undefined ? 'up' : 'down', url, ms, problem, disk: undefined }
}

/** A box that was never started has nobody to ask, and nothing is made in its folder. */
async function askUpstreams(settings: Settings, { network }: Watch): Promise<Upstream[]> {
  if (network === undefined) return []
  try {
    const { appview } = await openAdmin(settings)
    const { upstreams } = await appview.call(app.npm.registry.getStatus, { timeoutMs: postgresTimeoutMs })
    return upstreams
  } catch {
    // The table of components says that it does not answer.
    return []
  }
}
