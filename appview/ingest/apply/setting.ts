import { systemClock } from '#common/clock/index.ts'
import type { NetworkConfig } from '#common/config/index.ts'
import { countsStill } from '#common/groups/index.ts'
import type { Setting } from './scene.ts'

/** Public URL of the gateway, without a slash at its end. */
export function gatewayUrlOf({ publicUrls }: NetworkConfig): string {
  return publicUrls.gateway.replace(/\/+$/, '')
}

/** What an index of this network is made by: equal settings and repositories make equal indexes. */
export function settingOf(
  network: NetworkConfig,
  own: Pick<Setting, 'log' | 'tallies' | 'clock' | 'policy' | 'signer'>,
): Setting {
  return {
    ...own,
    registryDid: network.registryDid,
    privateNames: network.names.private,
    gatewayUrl: gatewayUrlOf(network),
    countsMembership: (membership) => countsStill(membership, network.idps, systemClock.now()),
  }
}
