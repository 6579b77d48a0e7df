import type { NetworkConfig } from '#common/config/index.ts'
import type { OpenDatabase } from '#common/db/index.ts'
import { Lifetime } from '#common/lifetime/index.ts'
import type { Logger } from '#common/log/index.ts'
import { LogWriter, type RelayTables } from './log/index.ts'
import { Backoff, type HostContext, HostFollower } from './upstream/index.ts'

/** Which PDSes to follow. */
export function hostsOf(network: NetworkConfig): Pick<HostContext, 'url' | 'role'>[] {
  return (['org', 'people'] as const).flatMap((role) => network.hosts[role].map((url) => ({ url, role })))
}

export interface LeadOptions {
  database: OpenDatabase<RelayTables>
  channel: string
  logger: Logger
  hosts: Pick<HostContext, 'url' | 'role'>[]
  shared: Omit<HostContext, 'url' | 'role' | 'writer'>
  /** Called when this process begins to write, and, with none, when it no longer does. */
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
  const followers = hosts.map((host) => new HostFollower({ ...host, ...shared, writer }))
  onFollowing(followers)
  await Promise.all(followers.map((follower) => follower.run(signal)))
}
