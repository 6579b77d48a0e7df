import { systemClock } from '#common/clock/index.ts'
import { openDatabase } from '#common/db/index.ts'
import { createLogger } from '#common/log/index.ts'
import { Monitoring } from '#common/monitoring/index.ts'
import { createServer, listen } from '#common/xrpc/index.ts'
import type { RelayConfig } from './config.ts'
import { lead } from './lead.ts'
import { EventLog, LogFollower, migrations, type RelayTables } from './log/index.ts'
import { measureRelay, relayInstruments } from './measure-relay.ts'
import { openNetwork } from './network/index.ts'
import { forgetOldEvents } from './retention.ts'
import { mountQueries, Subscribers } from './serve/index.ts'
import { Arrivals, DropCounter, type HostFollower } from './upstream/index.ts'
import { watchRelay } from './watch-relay.ts'

/** Gathers the firehoses of a network's PDSes into one: verified strictly, stored before anybody sees it, replayable. */
export class Relay implements AsyncDisposable {
  readonly url: string
  readonly #resources: AsyncDisposableStack

  private constructor(url: string, resources: AsyncDisposableStack) {
    this.url = url
    this.#resources = resources
  }

  /** Resolves when subscribers can connect; the PDSes may come later, and a standby waits for the other relay to go. */
  static async start(config: RelayConfig): Promise<Relay> {
    await using resources = new AsyncDisposableStack()
    const logger = createLogger('relay', config.logLevel)
    const channel = `atoll_${config.database.schema}`
    const database = resources.use(await openDatabase<RelayTables>(config.database, migrations))
    const log = new EventLog(database.db)
    const network = resources.use(await openNetwork(config, database, log))
    const { hosts, identities, readers, checks } = network
    const follower = resources.use(LogFollower.start(database, log, channel, logger))
    const monitoring = resources.use(new Monitoring({ component: 'relay', config }))
    const server = createServer({ log: logger, monitoring })
    // Waits for open connections, so the subscribers, who are asked to go first, come after it.
    resources.defer(() => server.close())
    const { max, slowSeconds } = config.subscribers
    const subscribers = resources.use(
      new Subscribers({ log, follower, readers, logger, max, slowMs: slowSeconds * 1000 }),
    )
    const drops = new DropCounter(logger)
    const arrivals = new Arrivals(systemClock, monitoring.metrics.histogram(relayInstruments.delay))
    let following: HostFollower[] = []

    mountQueries(server, log, readers)
    network.mount(server)
    subscribers.attach(server)
    const inSight = { database, log, checks, subscribers, drops, arrivals, following: () => following }
    monitoring.serve(server, watchRelay(inSight))
    measureRelay(monitoring.metrics, inSight)
    const url = await listen(server, config.listen)

    const stop = new AbortController()
    const shared = { log, identities, clock: systemClock, logger, drops, arrivals, crawl: config.crawl }
    const onFollowing = (followers: HostFollower[]) => {
      following = followers
    }
    const working = Promise.all([
      lead({ database, channel, logger, hosts, shared, onFollowing }, stop.signal),
      forgetOldEvents(log, config.retentionHours, { clock: systemClock, logger }, stop.signal),
    ])
    resources.defer(async () => {
      stop.abort()
      await working
    })
    return new Relay(url, resources.move())
  }

  /** Stops reading, lets the event in hand be stored, then closes the sockets and the database. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync()
  }
}
