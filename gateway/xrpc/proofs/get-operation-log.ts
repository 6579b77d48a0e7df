import { readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { GatewayContext } from '../../context.ts'

const maxLogBytes = 4_000_000
const timeoutMs = 5_000

/**
 * An account's operation log, byte for byte as the directory has it.
 * @throws NotFound for what is no account of this network; DirectoryUnavailable
 */
export async function getOperationLog(
  { config, identities }: Pick<GatewayContext, 'config' | 'identities'>,
  did: string,
): Promise<Buffer> {
  if ((await identities.resolve(did)) === undefined) throw new AtollError('NotFound', { package: did })
  const url = `${config.network.peers.directory.url}/${did}/log`
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' })
    if (!response.ok) throw new Error(`the directory answered ${response.status}`)
    return await readBounded(response.body, maxLogBytes)
  } catch (cause) {
    throw new AtollError('DirectoryUnavailable', { did }, cause)
  }
}
