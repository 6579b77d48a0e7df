import { subscribeUpdates } from '../../xrpc/subscribe-updates.ts'
import { mountSubscriptions } from '../../xrpc/subscriptions.ts'
import type { FaceContext } from '../context.ts'
import { getAttestations } from './get-attestations.ts'
import { getPackument } from './get-packument.ts'
import { getSbom } from './get-sbom.ts'
import { getTarball } from './get-tarball.ts'
import { getVersion } from './get-version.ts'
import { resolveHandle } from './resolve-handle.ts'
import { resolveName } from './resolve-name.ts'
import { searchPackages } from './search-packages.ts'

const methods = [
  resolveName,
  resolveHandle,
  getPackument,
  getVersion,
  getTarball,
  getAttestations,
  getSbom,
  searchPackages,
]

/** The few methods that the public gateway needs. @returns what to dispose of before the server closes */
export function mountFace(context: FaceContext): Disposable {
  for (const mount of methods) mount(context)
  return mountSubscriptions(context, [subscribeUpdates(context)])
}
