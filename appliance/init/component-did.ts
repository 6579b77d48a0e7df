import type { Settings } from '#appliance/config/index.ts'
import type { PeerName } from '#common/config/index.ts'

/** Pinned by every component together with its key, so nobody ever resolves it. */
export function componentDid({ networkName }: Settings, name: PeerName): string {
  return `did:web:${name}.${networkName}.internal`
}
