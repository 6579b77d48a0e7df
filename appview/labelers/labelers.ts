import type { Clock } from '#common/clock/index.ts'
import type { Logger } from '#common/log/index.ts'
import { createOutbound } from '#common/outbound/index.ts'
import type { AppViewConfig } from '../config.ts'
import type { Db } from '../schema/index.ts'
import { LabelerFollower } from './follower.ts'
import { originOfDid } from './keys.ts'

interface Options {
  config: Pick<AppViewConfig, 'labelers' | 'outbound'>
  db: Db
  clock: Clock
  log: Logger
}

/** The labelers outside, each followed by itself: one that is away or lies holds up none of the others. */
export class Labelers implements AsyncDisposable {
  readonly followers: readonly LabelerFollower[]
  readonly #opened: AsyncDisposable

  constructor({ config, db, clock, log }: Options) {
    const opened = new AsyncDisposableStack()
    const { labelers, outbound: settings } = config
    const allow = labelers.flatMap(({ did, url, key }) => (key === undefined ? [url, originOfDid(did)] : [url]))
    const outbound = opened.use(createOutbound({ allow, config: settings }))
    this.followers = labelers.map((labeler) => opened.use(new LabelerFollower({ labeler, db, outbound, clock, log })))
    this.#opened = opened
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]()
  }
}
