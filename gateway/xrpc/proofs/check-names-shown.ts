import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { parseClaimableName } from '#common/names/index.ts'
import { keysInProof } from '#common/sync/index.ts'
import { app } from '#lexicons'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'

const ofNames: readonly string[] = [app.npm.name.grant.$nsid, app.npm.name.change.$nsid]

/**
 * The registry's repository has every name it granted. A proof from it is for those who are shown all names that it holds anyway.
 * @throws ProofNamesOthers
 */
export async function checkNamesShown(
  { appview }: GatewayContext['peers'],
  { did }: Session,
  proof: Uint8Array,
): Promise<void> {
  const places = keysInProof(proof).map((key) => key.split('/'))
  const keys = places.flatMap(([collection = '', rkey = '']) => (ofNames.includes(collection) ? [rkey] : []))
  if (keys.length === 0) return
  const { names } = await appview.call(app.npm.registry.listNames, { params: { viewer: did as DidString } })
  const shown = new Set(names.map(({ name }) => parseClaimableName(name).key))
  if (!keys.every((key) => shown.has(key))) throw new AtollError('ProofNamesOthers')
}
