import type { OpenDatabase } from '#common/db/index.ts'
import { Lifetime } from '#common/lifetime/index.ts'
import type { Logger } from '#common/log/index.ts'
import { LogWriter, type RelayTables } from './log/index.ts'
import type { HostList } from './network/index.ts'
import { Backoff, type HostContext, HostFollower } from './upstream/index.ts'

export interface LeadOptions {
  database: OpenDatabase<RelayTables>
  channel: string
  logger: Logger
  hosts: HostList
  shared: Omit<HostContext, 'url' | 'pds' | 'writer'>
  /** Called with all that are followed when there is one more, and, with none, when this process no longer writes. */
  onFollowing(followers: HostFollower[]): void
}

/**
 * Becomes the one relay that writes as soon as no other does, and follows every host for as long as it is.
 * Resolves when the signal aborts.
 */
export async function lead(options: LeadOptions, signal: AbortSignal): Promise<void> {
  const { database, channel, logger, onFollowing } = options
  const backoff = new Backoff()
  while (!signal.aborted) {
    try {
      await using writer = await LogWriter.acquire(database, channel, signal)
      backoff.reset()
      using leadership = new Lifetime(signal, writer.lost)
      await followAll(options, writer, leadership.signal)
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, 'cannot write the log; trying again')
    }
    onFollowing([])
    await backoff.wait(signal)
  }
}

async function followAll({ hosts, shared, onFollowing }: LeadOptions, writer: LogWriter, signal: AbortSignal) {
  const followers: HostFollower[] = []
  const running: Promise<void>[] = []
  using following = new Lifetime(signal)
  try {
    for await (const pds of hosts.all(signal)) {
      const follower = new HostFollower({ ...shared, url: pds.url, pds, writer })
      followers.push(follower)
      onFollowing([...followers])
      running.push(follower.run(following.signal))
    }
    await Promise.all(running)
  } finally {
    following.end()
    await Promise.allSettled(running)
  }
}
