import { AtollError } from '#common/errors/index.ts'
import { fetchOperationLog } from '#common/identity/index.ts'
import type { GatewayContext } from '../../context.ts'

/**
 * An account's operation log, byte for byte as the directory has it.
 * @throws NotFound for what is no account of this network; DirectoryUnavailable
 */
export async function getOperationLog(
  { config, identities }: Pick<GatewayContext, 'config' | 'identities'>,
  did: string,
): Promise<Buffer> {
  if ((await identities.resolve(did)) === undefined) throw new AtollError('NotFound', { package: did })
  const log = await fetchOperationLog(config.network.peers.directory.url, did)
  // It had one a moment ago.
  if (log === undefined) throw new AtollError('DirectoryUnavailable', { did })
  return log
}
