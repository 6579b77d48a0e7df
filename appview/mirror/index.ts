import type { Logger } from '#common/log/index.ts'
import type { AppViewConfig } from '../config.ts'
import type { Setting } from '../ingest/apply/scene.ts'
import { readProgress } from '../ingest/write-alone.ts'
import { BundleJudge } from '../provenance/judge-bundle.ts'
import type { Db } from '../schema/index.ts'
import { UpstreamStore } from '../upstream/upstream-store.ts'
import { Mirror } from './mirror.ts'

export { countMirrored } from './count-mirrored.ts'
export { Mirror } from './mirror.ts'

interface Options {
  config: AppViewConfig
  gatewayUrl: string
  db: Db
  log: Logger
  setting: Setting
}

/** @returns undefined where no public network is configured */
export async function startMirror({ config, gatewayUrl, db, log, setting }: Options): Promise<Mirror | undefined> {
  const { publicNetwork, outbound, network, provenance } = config
  if (publicNetwork === undefined) return undefined
  const { clock, privateNames } = setting
  const store = new UpstreamStore(db, setting)
  const { marker } = network
  const judge = new BundleJudge(provenance)
  const isInsideKnown = async () => (await readProgress(db)).backfilled
  const options = { outbound, gatewayUrl, db, log, store, privateNames, marker, judge, clock, isInsideKnown }
  return Mirror.start({ config: publicNetwork, ...options })
}
