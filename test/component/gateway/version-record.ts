import { IdentityResolver } from '#common/identity/index.ts'
import { versionKey } from '#common/names/index.ts'
import { fetchRecordProof } from '#common/proof/index.ts'
import { app } from '#lexicons'
import type { GatewayScene } from './gateway-scene.ts'

/** What acme.test's repository has of a version, proven. */
export async function versionRecord(
  scene: GatewayScene,
  name: string,
  version: string,
): Promise<app.npm.package.version.Main> {
  const [org, people] = [await scene.calls('org', 'gateway'), await scene.calls('people', 'gateway')]
  const proofs = { identities: new IdentityResolver(scene.parts.net.network), peers: { org, people } }
  const where = { did: scene.acme, role: 'org' as const, collection: app.npm.package.version.$nsid }
  const found = await fetchRecordProof({ ...where, rkey: versionKey(name, version) }, proofs)
  return app.npm.package.version.main.parse(found?.record)
}
